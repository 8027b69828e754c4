import { type ApiClient, createApiClient } from '@carrel/contract';

/** Requests that take longer than this are given up, so that a page never waits for ever. */
const requestTimeoutMs = 30_000;

export interface ConsoleApiOptions {
  /** The CSRF token of the session of the moment; `undefined` when nobody is signed in. */
  readonly csrfToken: () => string | undefined;
}

/** The typed client of this page's own server: cookie session, CSRF token on every change. */
export function createConsoleApi({ csrfToken }: ConsoleApiOptions): ApiClient {
  return createApiClient({
    origin: window.location.origin,
    fetch: (url, init) => {
      const timeout = AbortSignal.timeout(requestTimeoutMs);
      const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
      return fetch(url, { ...init, signal, credentials: 'same-origin' });
    },
    headers: (route) => {
      const token = route.method === 'GET' ? undefined : csrfToken();
      return Promise.resolve(token === undefined ? {} : { 'x-csrf-token': token });
    },
  });
}
