import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of the agent and of leases. */
export const agentErrors = {
  AGENT_UNREACHABLE: {
    errorClass: 'unreachable',
    httpStatus: 503,
    message: 'No agent answers at {socket}.',
    remedy: 'Start it with carrel agent run, or name its folder with --data.',
    retryable: true,
  },
  AGENT_RUNNING: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'Another agent (process {pid}) is running on {path}.',
    remedy: 'Use that agent, or stop it first.',
  },
  AGENT_NOT_ENROLLED: {
    errorClass: 'usage',
    httpStatus: 409,
    message: 'This computer is not enrolled.',
    remedy: 'Run carrel agent enrol SERVER --token TOKEN.',
  },
  AGENT_ENROLLED_ALREADY: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'This computer is enrolled with {server} already.',
    remedy: 'Revoke and reset it first if it should move to another server.',
  },
  SERVER_UNREACHABLE: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The server {server} does not answer: {reason}.',
    remedy: 'Check the network; what may be used offline goes on working.',
    retryable: true,
  },
  SERVER_NOT_TRUSTED: {
    errorClass: 'denied',
    httpStatus: 502,
    message: 'The certificate of {server} is not from the authority this computer trusts.',
    remedy: 'Compare the fingerprint with the one the administrator has; do not go on if they differ.',
  },
  ANSWER_INVALID: {
    errorClass: 'damaged',
    httpStatus: 502,
    message: 'The answer of {server} to {request} cannot be understood: {reason}.',
    remedy: 'Check that the server and this program are of the same version.',
  },
  LEASE_MISSING: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'You have no permission to start {workspace} on this computer.',
    remedy: 'Ask an administrator to assign the workspace to you.',
  },
  LEASE_SIGNATURE_INVALID: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The permission for this workspace was altered.',
    remedy: 'Connect to the server to get a new one.',
  },
  LEASE_OTHER_DEVICE: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The permission for this workspace belongs to another computer.',
    remedy: 'Connect to the server to get one for this computer.',
  },
  LEASE_EXPIRED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The permission for this workspace ended on {validUntil}.',
    remedy: 'Ask an administrator to prolong it.',
  },
  LEASE_NOT_YET_VALID: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The clock of this computer is behind the server.',
    remedy: 'Set the clock and connect to the server.',
  },
  LEASE_OFFLINE_TOO_LONG: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'This computer has been without contact longer than the workspace allows.',
    remedy: 'Connect to the network so that it reaches the server.',
    retryable: true,
  },
  LEASE_OFFLINE_FORBIDDEN: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'This workspace may be used only while the server is in reach.',
    remedy: 'Connect to the network so that it reaches the server.',
    retryable: true,
  },
  LEASE_WITHDRAWN: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The permission for this workspace was withdrawn.',
    remedy: 'Ask an administrator.',
  },
  WORKSPACE_BUSY: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'The workspace is {state}; {action} is not possible now.',
    remedy: 'Wait until it is done, or look at carrel agent status.',
  },
  STORE_SPACE_SHORT: {
    errorClass: 'other',
    httpStatus: 507,
    message: 'The image needs {needed} more, and a reserve for the guest, and {path} has {free} free.',
    remedy: 'Free some space; it goes on by itself, or start or pull the workspace again.',
    retryable: true,
  },
  STORE_DAMAGED: {
    errorClass: 'damaged',
    httpStatus: 500,
    message: 'The local store at {path} is damaged: {reason}.',
    remedy: 'Run carrel agent reset for the workspace; its image is fetched again.',
  },
} as const satisfies ErrorCatalogue;
