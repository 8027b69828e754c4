import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of single sign-on, sessions and API tokens. */
export const signInErrors = {
  SSO_PROVIDER_UNREACHABLE: {
    errorClass: 'unreachable',
    httpStatus: 503,
    message: 'The sign-in provider {provider} does not answer: {reason}.',
    remedy:
      'Try again later, or sign in another way; administrators find the cause with the test of the provider.',
    retryable: true,
  },
  SSO_PROVIDER_INVALID: {
    errorClass: 'other',
    httpStatus: 502,
    message: 'The sign-in provider {provider} does not behave as OpenID Connect asks: {reason}.',
    remedy: 'Compare its issuer, client and flows with what is configured here.',
  },
  SSO_REFUSED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The sign-in provider {provider} refused: {reason}.',
    remedy: 'Sign in again; if it stays, ask the administrator of the provider.',
  },
  SSO_TOKEN_INVALID: {
    errorClass: 'denied',
    httpStatus: 401,
    message: 'What the sign-in provider {provider} sent cannot be trusted: {reason}.',
    remedy: 'Sign in again; if it stays, compare the clocks and the client of both sides.',
  },
  SSO_CLAIM_MISSING: {
    errorClass: 'denied',
    httpStatus: 403,
    message:
      'The sign-in provider {provider} did not say the {claim} of this person in a form that can be used.',
    remedy: 'Have the provider send the claim, or configure another one.',
  },
  SSO_NOT_ALLOWED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The sign-in provider {provider} knows this person, but they are not among those let in here.',
    remedy: 'Ask an administrator for the group that is needed.',
  },
  SSO_ATTEMPT_UNKNOWN: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'This sign-in was not begun here, or too long ago.',
    remedy: 'Begin again from the sign-in page, at the address the administrator gave.',
  },
  SSO_DEVICE_FLOW_MISSING: {
    errorClass: 'usage',
    httpStatus: 409,
    message: 'The sign-in provider {provider} does not offer sign-in by code for this client.',
    remedy: 'Have its administrator allow the device authorization grant.',
  },
  SSO_CODE_EXPIRED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The code was not used in time.',
    remedy: 'Begin again and enter the new code.',
  },
  SESSION_REQUIRED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'This needs a signed-in person; an API token is not enough.',
    remedy: 'Sign in (carrel login) and try again.',
  },
  TOKEN_REVOKED: {
    errorClass: 'denied',
    httpStatus: 401,
    message: 'This API token was revoked.',
    remedy: 'Make a new one (carrel token create).',
  },
  TOKEN_EXPIRED: {
    errorClass: 'denied',
    httpStatus: 401,
    message: 'This API token expired on {expiredAt}.',
    remedy: 'Make a new one (carrel token create).',
  },
} as const satisfies ErrorCatalogue;
