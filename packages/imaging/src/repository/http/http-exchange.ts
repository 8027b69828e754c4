import type { TrafficMeter } from '../repository.ts';

/** One request, repeatable as often as needed. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body anew for every try. */
  readonly body?: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  readonly meter?: TrafficMeter | undefined;
}

/** A success, or a failure that means something to the caller (400, 404, 416, …). */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Where redirects led. */
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets the connection go when the body is not read to its end. */
  discard(): Promise<void>;
}

/** A page for people where data was asked for: a sign-in, a proxy, an error in disguise. */
export function isWebPage(answer: Pick<HttpAnswer, 'headers'>): boolean {
  return answer.headers.get('content-type')?.startsWith('text/html') ?? false;
}

/** What access a request needs, for the token server. */
export function accessOf(request: Pick<HttpRequest, 'method'>): 'pull' | 'push' {
  return request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'push';
}
