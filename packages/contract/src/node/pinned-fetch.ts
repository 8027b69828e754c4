import { Agent, fetch as undiciFetch } from 'undici';
import { fail } from '../errors/index.ts';

/** What an answer said beside its body. */
export interface AnswerHeaders {
  readonly status: number;
  /** The server's clock, from `Date`. */
  readonly dateMs: number | undefined;
  /** How long the server asks to be left alone, from `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

export interface PinnedFetch extends AsyncDisposable {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Carries requests that believe the pinned authority only; for other clients of the same server. */
  readonly dispatcher: Agent;
}

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 30_000;
const largestAnswerBytes = 16 * 1024 * 1024;

export interface PinnedFetchOptions {
  /** The authority believed, and no other, PEM; `undefined` believes what the system does. */
  readonly authorityPem: string | undefined;
  /** Told about each answer before its body is read. */
  readonly onAnswer?: (answer: AnswerHeaders) => void;
}

/**
 * A `fetch` for one server. It rejects with `SERVER_NOT_TRUSTED` where the server's certificate is the trouble, with
 * `CERTIFICATE_NOT_CURRENT` where only its dates are, and follows no redirect. Whoever made it disposes of it.
 */
export function createPinnedFetch({ authorityPem, onAnswer }: PinnedFetchOptions): PinnedFetch {
  const trust = authorityPem === undefined ? {} : { ca: authorityPem };
  const dispatcher = new Agent({
    connect: { ...trust, timeout: connectTimeoutMs, minVersion: 'TLSv1.2' },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    maxResponseSize: largestAnswerBytes,
  });
  return {
    dispatcher,
    fetch: async (url, init) => {
      const { method = 'GET', headers, body, signal } = init;
      const answer = await undiciFetch(url, {
        method,
        headers: headers as Record<string, string>,
        body: typeof body === 'string' ? body : null,
        signal: signal ?? null,
        redirect: 'error',
        dispatcher,
      }).catch((error: unknown) => {
        throw trustErrorOf(new URL(url).origin, error);
      });
      onAnswer?.(readHeaders(answer.status, answer.headers));
      const bytes = await answer.arrayBuffer();
      const hasNoBody = answer.status === 204 || answer.status === 304;
      return new Response(hasNoBody ? null : bytes, {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
      });
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

/** What is wrong with the server's certificate, when that failed below; else the error itself. */
function trustErrorOf(server: string, error: unknown): unknown {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (!('code' in inner) || typeof inner.code !== 'string') continue;
    const problem = dateProblems[inner.code];
    if (problem !== undefined) {
      const time = new Date().toISOString();
      return fail('CERTIFICATE_NOT_CURRENT', { server, time, problem }, error);
    }
    if (isCertificateProblem(inner.code)) {
      return fail('SERVER_NOT_TRUSTED', { server, reason: inner.code }, error);
    }
  }
  return error;
}

/** Of OpenSSL's verification results those that a wrong clock brings about, too. */
const dateProblems: Readonly<Record<string, string>> = {
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_HAS_EXPIRED: 'has expired',
};

/** OpenSSL's verification results as Node names them. */
const certificateProblems = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function isCertificateProblem(code: string): boolean {
  return certificateProblems.has(code);
}

function readHeaders(
  status: number,
  headers: { readonly get: (name: string) => string | null },
): AnswerHeaders {
  const dateMs = Date.parse(headers.get('date') ?? '');
  return {
    status,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    retryAfterMs: parseRetryAfterMs(headers.get('retry-after'), dateMs),
  };
}

/** `Retry-After` is seconds or a date (RFC 9110, 10.2.3). */
function parseRetryAfterMs(value: string | null, dateMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const delayMs = Date.parse(value) - dateMs;
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}
