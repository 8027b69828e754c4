import { Readable } from 'node:stream';
import { fail } from '@carrel/contract/errors';
import { backoffMs, type Clock, isAbortError, isAppError, systemClock } from '@carrel/kit';
import type { Agent } from 'undici';
import { Authorizer } from './authorizer.ts';
import { createCheckedLookup } from './connection-rules.ts';
import { DiscardBudget } from './discard-budget.ts';
import { type HttpAnswer, type HttpRequest, isWebPage } from './http-exchange.ts';
import type { HttpOptions } from './http-options.ts';
import { describeNetworkFailure } from './network-failure.ts';
import { readRetryAfter } from './retry-after.ts';
import { steadyChunks } from './steady-chunks.ts';

const maxConnections = 16;
const keepAliveMs = 30_000;
const backoff = { baseDelayMs: 250, maxDelayMs: 10_000 };
// Who is asked to wait for longer had better ask elsewhere.
const longestRequestedMs = 60_000;
// A connection is worth reading so much of an answer nobody wants.
const maxDiscardedBytes = 64 * 1024;
const maxDiscardMs = 1_000;
const maxRedirects = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Sends requests to one server: keeps connections alive, authorizes, follows redirects, repeats what may pass. */
export class HttpConnection implements AsyncDisposable {
  readonly location: string;
  readonly clock: Clock;
  /** A connection on which (next to) nothing arrives for so long is given up. */
  readonly stallTimeoutMs: number;
  readonly discards = new DiscardBudget();
  readonly #options: HttpOptions;
  #agent: Promise<Agent> | undefined;
  readonly #authorizer: Authorizer;

  constructor(origin: string, location: string, options: HttpOptions) {
    this.location = location;
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.stallTimeoutMs = options.stallTimeoutMs ?? 30_000;
    this.#authorizer = new Authorizer(origin, options);
  }

  /**
   * Sends a request until it is answered.
   *
   * @throws {REPOSITORY_UNREACHABLE} {REPOSITORY_REFUSED} {REPOSITORY_ANSWER_UNEXPECTED}
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    return this.repeat(() => this.sendOnce(request), request.signal);
  }

  /**
   * Sends a request without repeating it: for what a failed try may have changed at the server.
   *
   * @throws what {@link send} throws
   */
  async sendOnce(request: HttpRequest): Promise<HttpAnswer> {
    const header = await this.#authorizer.headerFor(request);
    let answer = await this.#sendFollowing(request, header);
    if (answer.status === 401) {
      const exchange = this.#exchange.bind(this);
      const next = await this.#authorizer.meet(request, answer, header, exchange);
      await answer.discard();
      if (next !== undefined) answer = await this.#sendFollowing(request, next);
    }
    return await this.#refuseFailures(answer);
  }

  /**
   * The size in bytes of what is at the address, `undefined` when there is nothing.
   *
   * @throws what {@link send} throws
   */
  async sizeOf(url: URL, options: Pick<HttpRequest, 'signal' | 'meter'>): Promise<number | undefined> {
    const { signal, meter } = options;
    const answer = await this.send({ method: 'HEAD', url, signal, meter });
    await answer.discard();
    if (answer.status === 404) return undefined;
    if (answer.status !== 200 || isWebPage(answer)) {
      throw this.unexpected(`it answers with HTTP ${answer.status} to the question for a size`);
    }
    const sizeBytes = Number(answer.headers.get('content-length') ?? Number.NaN);
    if (!Number.isSafeInteger(sizeBytes)) throw this.unexpected('it does not tell how long a file is');
    return sizeBytes;
  }

  /** Repeats work whose failures are of a passing kind. */
  async repeat<T>(work: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(attempt);
      } catch (error) {
        await this.pauseAfter(error, attempt, signal);
      }
    }
  }

  /**
   * Waits after a failure, longer after each, or for as long as the server asks (up to a minute).
   *
   * @param failures in a row, this one included
   * @throws the failure itself when it will not pass, or when it was the last that is borne
   */
  async pauseAfter(error: unknown, failures: number, signal: AbortSignal | undefined): Promise<void> {
    // Who gives a wrong answer gives it again; whoever holds a guest's read may still ask later.
    const isPassing = isAppError(error, 'REPOSITORY_UNREACHABLE');
    if (!isPassing || failures >= (this.#options.attempts ?? 5)) throw error;
    const seconds = error.details['retryAfterSeconds'];
    const requestedMs = typeof seconds === 'number' ? seconds * 1000 : 0;
    if (requestedMs > longestRequestedMs) throw error;
    const random = this.#options.random ?? Math.random;
    await this.clock.sleep(Math.max(requestedMs, backoffMs(failures, { ...backoff, random })), signal);
  }

  unexpected(reason: string, cause?: unknown): Error {
    return fail('REPOSITORY_ANSWER_UNEXPECTED', { repository: this.location, reason }, cause);
  }

  unreachable(reason: string, cause?: unknown): Error {
    return fail('REPOSITORY_UNREACHABLE', { repository: this.location, reason }, cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#agent)?.destroy();
  }

  /** Loaded when the first request is sent: what starts beside it need not wait for so much code. */
  async #openAgent(): Promise<Agent> {
    const { ca, rules } = this.#options;
    const { Agent } = await import('undici');
    return new Agent({
      connect: {
        timeout: Math.min(this.stallTimeoutMs, 10_000),
        ...(ca === undefined ? {} : { ca }),
        ...(rules === undefined ? {} : { lookup: createCheckedLookup(rules) }),
      },
      connections: maxConnections,
      keepAliveTimeout: keepAliveMs,
      // Several HTTP/1.1 connections are faster than one of HTTP/2; see ADR 0012.
      allowH2: false,
      headersTimeout: this.stallTimeoutMs,
      bodyTimeout: this.stallTimeoutMs,
    });
  }

  async #sendFollowing(request: HttpRequest, authorization: string | undefined): Promise<HttpAnswer> {
    let current = request;
    let header = authorization;
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#exchange(current, header);
      const location = answer.headers.get('location');
      if (!redirectStatuses.has(answer.status) || location === undefined) return answer;
      await answer.discard();
      if (hops >= maxRedirects) throw this.unexpected('it redirects without end');
      if (!URL.canParse(location, current.url))
        throw this.unexpected('it redirects to something that is no URL');
      const url = new URL(location, current.url);
      if (current.url.protocol === 'https:' && url.protocol !== 'https:') {
        throw this.unexpected('it redirects from https to an unprotected address');
      }
      if (url.origin !== current.url.origin) header = undefined;
      current = { ...current, url };
    }
  }

  async #exchange(request: HttpRequest, authorization: string | undefined): Promise<HttpAnswer> {
    request.signal?.throwIfAborted();
    this.#options.rules?.checkUrl(request.url);
    this.#agent ??= this.#openAgent();
    const dispatcher = await this.#agent;
    request.signal?.throwIfAborted();
    request.meter?.addRequest();
    try {
      const response = await dispatcher.request({
        origin: request.url.origin,
        path: `${request.url.pathname}${request.url.search}`,
        method: request.method,
        headers: {
          ...request.headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: request.body === undefined ? null : Readable.from(request.body(), { objectMode: false }),
        signal: request.signal ?? null,
      });
      const headers = new Map(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
      return {
        status: response.statusCode,
        headers,
        url: request.url,
        body: steadyChunks(response.body as AsyncIterable<Uint8Array>, this),
        discard: () =>
          response.body
            .dump({ limit: maxDiscardedBytes, signal: AbortSignal.timeout(maxDiscardMs) })
            .catch(() => undefined),
      };
    } catch (error) {
      throw this.translate(error, request.signal);
    }
  }

  /** The error to report for a failure of the network; errors of ours and aborts stay as they are. */
  translate(error: unknown, signal: AbortSignal | undefined): unknown {
    if (isAppError(error) || isAbortError(error) || signal?.aborted === true) return error;
    const { isCertificate, reason } = describeNetworkFailure(error);
    if (isCertificate) return fail('REPOSITORY_NOT_TRUSTED', { repository: this.location, reason }, error);
    return this.unreachable(reason, error);
  }

  async #refuseFailures(answer: HttpAnswer): Promise<HttpAnswer> {
    const { status } = answer;
    if (status === 401 || status === 403) {
      await answer.discard();
      throw fail('REPOSITORY_REFUSED', { repository: this.location, status });
    }
    if (status === 429 || status === 408 || status >= 500) {
      await answer.discard();
      const retryAfterSeconds = readRetryAfter(answer.headers, this.clock.nowMs());
      const details = { repository: this.location, reason: `it answers with HTTP ${status}` };
      throw fail('REPOSITORY_UNREACHABLE', {
        ...details,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    }
    return answer;
  }
}
