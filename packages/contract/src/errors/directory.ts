import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of Active Directory and LDAP servers. `server` is `host:port`. */
export const directoryErrors = {
  DIRECTORY_NAME_UNRESOLVED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The name of the directory server {server} has no address: {reason}.',
    remedy: 'Check the spelling, and that this server asks a DNS server that knows the domain.',
    retryable: true,
  },
  DIRECTORY_CONNECT_FAILED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The directory server {server} takes no connection: {reason}.',
    remedy: 'Check that it runs, that the port is right (636 for LDAPS) and that no firewall is between.',
    retryable: true,
  },
  DIRECTORY_TLS_FAILED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The directory server {server} could not be spoken to over TLS: {reason}.',
    remedy:
      'Give it a certificate, and check that port and security belong together: tls on 636, start-tls on 389.',
  },
  DIRECTORY_CERTIFICATE_REFUSED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The certificate of the directory server {server} is not accepted: {reason}.',
    remedy:
      'Name the server as its certificate does, renew the certificate, or give the authority that issued it.',
  },
  DIRECTORY_BIND_REFUSED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The directory does not let the bind account {account} in: {reason}.',
    remedy:
      'Check the name and the password of the bind account, and that it is not locked, expired or disabled.',
  },
  DIRECTORY_BASE_MISSING: {
    errorClass: 'not-found',
    httpStatus: 502,
    message: 'The directory has nothing at {baseDn} that the bind account may read.',
    remedy: 'Check the base, and that the bind account may read there.',
  },
  DIRECTORY_TIMED_OUT: {
    errorClass: 'unreachable',
    httpStatus: 504,
    message: 'The directory server {server} did not answer in {seconds} s.',
    remedy: 'Look at its load and at the network between.',
    retryable: true,
  },
  DIRECTORY_REQUEST_FAILED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The directory server {server} could not do what was asked: {reason}.',
    remedy: 'Look into its log; the base and the rights of the bind account are what is usually wrong.',
    retryable: true,
  },
  DIRECTORY_UNREACHABLE: {
    errorClass: 'unreachable',
    httpStatus: 503,
    message: 'No server of the directory {directory} can be asked now: {reason}.',
    remedy: 'Find the step that fails with carrel directory test.',
    retryable: true,
  },
  DIRECTORY_USER_UNKNOWN: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'The directory knows nobody called {userName}.',
    remedy: 'Check the spelling, that they are below the base, and that the bind account may read them.',
  },
  DIRECTORY_USER_AMBIGUOUS: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'More than one entry is called {userName}.',
    remedy: String.raw`Sign in with the domain: DOMAIN\name or name@domain.`,
  },
  DIRECTORY_ENTRY_MISSING: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'The directory has no {kind} {externalId} any more.',
    remedy: 'Search again; it was deleted, or moved out of the base.',
  },
  DIRECTORY_SIGN_IN_REFUSED: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: '{userName} cannot sign in: {reason}.',
    remedy: 'Set the account right in the directory, or give the right password.',
  },
  DIRECTORY_CHANGED: {
    errorClass: 'conflict',
    httpStatus: 412,
    message: '{author} changed this directory after you opened it (version {currentVersion}).',
    remedy: 'Look at the change, then save again on top of it.',
  },
  KEPT_ELSEWHERE: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'The {kind} {name} comes from a directory, which keeps its {field}.',
    remedy: 'Change it there; Carrel sees it at the next contact.',
  },
  PASSWORD_CHANGE_REQUIRED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The password of this account has to be changed first.',
    remedy:
      'Choose a new one: at a computer of the domain, or, for an account that Carrel keeps, on the sign-in page.',
  },
} as const satisfies ErrorCatalogue;
