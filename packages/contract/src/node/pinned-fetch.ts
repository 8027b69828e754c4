import { Agent, fetch as undiciFetch } from 'undici';
import { fail } from '../errors/index.ts';

/** `fetch` that trusts one certificate authority. Close it when done with the server. */
export interface PinnedFetch extends AsyncDisposable {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

export interface PinnedFetchOptions {
  /** The authority trusted, PEM; `undefined` trusts what the system trusts. */
  readonly authorityPem: string | undefined;
  /** Longest wait for the headers of an answer, and between parts of its body. */
  readonly timeoutMs?: number;
}

/** Certificate problems as OpenSSL names them. */
const distrustCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Makes a `fetch` for a server whose authority was pinned at enrolment or sign-in. */
export function createPinnedFetch(options: PinnedFetchOptions): PinnedFetch {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const agent = new Agent({
    connect: {
      timeout: 10_000,
      ...(options.authorityPem === undefined ? {} : { ca: options.authorityPem }),
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    fetch: async (url, init) => {
      try {
        // The package's own types differ from the platform's in name only.
        const answer = await undiciFetch(url, { ...init, dispatcher: agent } as Parameters<
          typeof undiciFetch
        >[1]);
        return answer as unknown as Response;
      } catch (error) {
        if (isDistrust(error)) throw fail('SERVER_NOT_TRUSTED', { server: new URL(url).origin }, error);
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function isDistrust(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (typeof code === 'string' && distrustCodes.has(code)) || isDistrust(error.cause);
}
