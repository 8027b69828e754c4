import { isAbortError, isAppError } from '@carrel/kit';
import type { z } from 'zod';
import { fail } from '../errors/index.ts';
import type { Route } from '../routes/define-route.ts';
import { errorFromAnswer } from './error-from-answer.ts';

type Shape<S> = S extends z.ZodType ? z.input<S> : never;
type Part<Name extends string, S> = S extends z.ZodType
  ? Partial<z.input<S>> extends z.input<S>
    ? { readonly [K in Name]?: z.input<S> }
    : { readonly [K in Name]: z.input<S> }
  : unknown;

/** What a call of the route takes: its path parameters, query, body, and revision where it needs one. */
export type CallInput<R extends Route> = Part<'params', R['params']> &
  Part<'query', R['query']> &
  ('body' extends keyof R ? { readonly body: Shape<R['body']> } : unknown) &
  (R['needsRevision'] extends true ? { readonly revision: number } : unknown) &
  (R['takesRevision'] extends true ? { readonly revision?: number } : unknown) & {
    readonly signal?: AbortSignal;
  };

/** What a call resolves to: the parsed answer, the bytes of a file as they come, or nothing for 204. */
export type CallOutput<R extends Route> = R['response'] extends z.ZodType
  ? z.output<R['response']>
  : R['streams'] extends readonly string[]
    ? ReadableStream<Uint8Array>
    : undefined;

export interface ApiClientOptions {
  /** Origin of the server, e.g. `https://carrel.example:7443`; empty for the page's own. */
  readonly origin: string;
  /** Sends the request; brings its own trust (certificate authority) and timeouts. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Headers of the moment: authorization, CSRF token. */
  readonly headers?: (route: Route, url: string, body: string | undefined) => Promise<Record<string, string>>;
}

export interface ApiClient {
  /**
   * Calls one operation.
   *
   * @throws {SERVER_UNREACHABLE} no answer
   * @throws {ANSWER_INVALID} an answer that does not fit the contract
   * @throws the server's own error, as its problem document says
   */
  call<R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>>;
}

interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly revision?: number;
  readonly signal?: AbortSignal;
}

/** A client for the routes of this contract: requests typed by them, answers parsed by them. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  return {
    async call<R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>> {
      const loose = input as LooseInput;
      const url = options.origin + fillPath(route.path, loose.params ?? {}) + queryString(loose.query ?? {});
      const body = loose.body === undefined ? undefined : JSON.stringify(loose.body);
      const headers: Record<string, string> = {
        accept: route.streams?.join(', ') ?? 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(loose.revision === undefined ? {} : { 'if-match': `"${loose.revision}"` }),
        ...(await options.headers?.(route, url, body)),
      };
      const init: RequestInit = { method: route.method, headers };
      if (body !== undefined) init.body = body;
      if (loose.signal) init.signal = loose.signal;
      const answer = await send(options, route, url, init);
      return (await readAnswer(options, route, answer)) as CallOutput<R>;
    },
  };
}

async function send(
  options: ApiClientOptions,
  route: Route,
  url: string,
  init: RequestInit,
): Promise<Response> {
  try {
    return await options.fetch(url, init);
  } catch (error) {
    if (isAppError(error) || (isAbortError(error) && init.signal?.aborted === true)) throw error;
    throw fail(
      'SERVER_UNREACHABLE',
      { server: options.origin, reason: reasonOf(error), route: route.id },
      error,
    );
  }
}

async function readAnswer(options: ApiClientOptions, route: Route, answer: Response): Promise<unknown> {
  if (!answer.ok) throw await errorFromAnswer(options.origin, route.id, answer);
  if (route.streams) return answer.body ?? new Blob([]).stream();
  if (!route.response) return undefined;
  const invalid = (reason: string, cause?: unknown): Error =>
    fail('ANSWER_INVALID', { server: options.origin, request: route.id, reason }, cause);
  let json: unknown;
  try {
    json = await answer.json();
  } catch (error) {
    throw invalid('it is not JSON', error);
  }
  const parsed = route.response.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? 'it has another shape', parsed.error);
  return parsed.data;
}

function fillPath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      search.set(name, String(value));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** The innermost reason, since `fetch` wraps what the socket said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
