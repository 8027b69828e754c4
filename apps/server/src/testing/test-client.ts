import { type ApiClient, type ApiClientOptions, createApiClient } from '@carrel/contract';
import { Agent, fetch as undiciFetch } from 'undici';

/** Requests to one server, trusting its authority only. */
export interface TestConnection extends AsyncDisposable {
  readonly origin: string;
  /** Sends a request as it is: for what the contract's client would never send. */
  send(path: string, init?: RequestInit): Promise<Response>;
  client(headers?: ApiClientOptions['headers']): ApiClient;
  /** A client with the bearer token of a session. */
  as(token: string): ApiClient;
}

export function connect(origin: string, authority: string): TestConnection {
  const dispatcher = new Agent({ connect: { ca: authority } });
  const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { method = 'GET', headers, body } = init;
    const answer = await undiciFetch(url, {
      method,
      headers: headers as Record<string, string>,
      body: typeof body === 'string' ? body : null,
      redirect: 'manual',
      dispatcher,
    });
    const bytes = await answer.arrayBuffer();
    const content = answer.status === 204 || answer.status === 304 ? null : bytes;
    return new Response(content, { status: answer.status, headers: [...answer.headers] });
  };
  const client: TestConnection['client'] = (headers) =>
    createApiClient({ origin, fetch: send, ...(headers ? { headers } : {}) });
  return {
    origin,
    send: (path, init) => send(origin + path, init),
    client,
    as: (token) => client(() => Promise.resolve({ authorization: `Bearer ${token}` })),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}
