import { fail } from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';
import { errors as signatureErrors } from 'jose';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** Codes of `openid-client` for tokens and answers that are not for us, not from there, or not now. */
const distrust = new Set([
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_KEY_SELECTION_FAILED',
]);
/** The client is configured wrongly, here or there. */
const clientTrouble = new Set(['invalid_client', 'unauthorized_client', 'invalid_scope', 'invalid_request']);
const longestReason = 200;

/** What went wrong with a provider, in the words of the catalogue. */
export function oidcError(provider: string, error: unknown): unknown {
  const known = appErrorIn(error);
  if (known?.code === 'SERVER_NOT_TRUSTED') {
    const { reason: problem } = known.details;
    const reason = `its certificate is not trusted${typeof problem === 'string' ? ` (${problem})` : ''}`;
    return fail('SSO_PROVIDER_UNREACHABLE', { provider, reason }, error);
  }
  if (known?.code === 'CERTIFICATE_NOT_CURRENT') {
    return fail('SSO_PROVIDER_UNREACHABLE', { provider, reason: known.message }, error);
  }
  if (known) return known;
  if (error instanceof AuthorizationResponseError) {
    return fail('SSO_REFUSED', { provider, reason: describe(error.error, error.error_description) }, error);
  }
  if (error instanceof ResponseBodyError) return answerError(provider, error);
  if (error instanceof signatureErrors.JOSEError) {
    return fail('SSO_TOKEN_INVALID', { provider, reason: printable(error.message) }, error);
  }
  if (error instanceof ClientError && error.code !== undefined) return protocolError(provider, error);
  if (!(error instanceof ClientError || isFetchFailure(error))) return error;
  return fail('SSO_PROVIDER_UNREACHABLE', { provider, reason: reasonOf(error) }, error);
}

/** The token endpoint answered with an error of OAuth 2.0. */
function answerError(provider: string, error: ResponseBodyError): Error {
  const reason = describe(error.error, error.error_description);
  if (error.status >= 500) return fail('SSO_PROVIDER_UNREACHABLE', { provider, reason }, error);
  if (error.error === 'expired_token') return fail('SSO_CODE_EXPIRED', { provider }, error);
  const code = clientTrouble.has(error.error) ? 'SSO_PROVIDER_INVALID' : 'SSO_REFUSED';
  return fail(code, { provider, reason }, error);
}

function protocolError(provider: string, error: ClientError): Error {
  const reason = reasonOf(error);
  if (distrust.has(error.code ?? '')) return fail('SSO_TOKEN_INVALID', { provider, reason }, error);
  const isDown =
    error.code === 'OAUTH_TIMEOUT' || (error.cause instanceof Response && error.cause.status >= 500);
  if (isDown) return fail('SSO_PROVIDER_UNREACHABLE', { provider, reason }, error);
  return fail('SSO_PROVIDER_INVALID', { provider, reason }, error);
}

/** `fetch` wraps what the socket said in a `TypeError`; those of programming errors carry a code of their own. */
function isFetchFailure(error: unknown): boolean {
  return error instanceof TypeError && !('code' in error);
}

/** Ours among the errors that a library wrapped. */
function appErrorIn(error: unknown): AppError | undefined {
  if (isAppError(error)) return error;
  return error instanceof Error ? appErrorIn(error.cause) : undefined;
}

function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? innermost(error.cause) : error;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const inner = innermost(error);
  const texts = [error.message, inner instanceof Error && inner !== error ? inner.message : ''];
  const status = error.cause instanceof Response ? `HTTP ${error.cause.status}` : '';
  return printable([...texts, status].filter((text) => text !== '').join(': '));
}

function describe(error: string, description: string | undefined): string {
  return printable(description === undefined ? error : `${error}, ${description}`);
}

/** Texts of a provider are shown to people: one short line of them. */
function printable(text: string): string {
  return text
    .replaceAll(/[^\P{C} ]+/gu, ' ')
    .trim()
    .replace(/\.+$/, '')
    .slice(0, longestReason);
}
