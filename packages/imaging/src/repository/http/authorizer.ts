import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import { untilAborted } from '../until-aborted.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { accessOf, type HttpAnswer, type HttpRequest } from './http-exchange.ts';
import type { HttpOptions } from './http-options.ts';
import { parseJson } from './parse-json.ts';

type Send = (request: HttpRequest, authorization: string | undefined) => Promise<HttpAnswer>;

const tokenAnswerSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });
const maxTokenAnswerBytes = 256 * 1024;

/** Finds the `Authorization` header for requests to one registry: given, Basic, or a token from its token server. */
export class Authorizer {
  readonly #origin: string;
  readonly #options: HttpOptions;
  readonly #answers = new Map<'pull' | 'push', string>();

  constructor(origin: string, options: HttpOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  /** The header to send first; `undefined` before any challenge, and for other origins always. */
  async headerFor(request: HttpRequest): Promise<string | undefined> {
    if (request.url.origin !== this.#origin) return undefined;
    return (await this.#given(request.signal)) ?? this.#answers.get(accessOf(request));
  }

  /**
   * Meets the challenge of a 401.
   *
   * @returns the header to try again with, `undefined` when there is nothing (else) to offer
   */
  async meet(
    request: HttpRequest,
    answer: HttpAnswer,
    refused: string | undefined,
    send: Send,
  ): Promise<string | undefined> {
    const challenge = parseChallenge(answer.headers.get('www-authenticate'));
    if (challenge === undefined || request.url.origin !== this.#origin) return undefined;
    const header =
      challenge.scheme === 'basic' ? this.#basic() : await this.#fetchToken(challenge, request, send);
    if (header === undefined || header === refused) return undefined;
    this.#answers.set(accessOf(request), header);
    return header;
  }

  /** Who gives the header may have to ask elsewhere for it, and that may hang. */
  async #given(signal: AbortSignal | undefined): Promise<string | undefined> {
    const giving = this.#options.authorize?.();
    return giving === undefined || signal === undefined ? giving : untilAborted(giving, signal);
  }

  #basic(): string | undefined {
    const credentials = this.#options.credentials;
    if (credentials === undefined) return undefined;
    return `Basic ${Buffer.from(`${credentials.userName}:${credentials.password}`).toString('base64')}`;
  }

  async #fetchToken(challenge: Challenge, request: HttpRequest, send: Send): Promise<string | undefined> {
    const { realm, service, scope } = challenge.parameters;
    if (realm === undefined || !URL.canParse(realm))
      throw this.#unexpected('its challenge names no token server');
    const url = new URL(realm);
    if (url.protocol !== 'https:' && new URL(this.#origin).protocol === 'https:') {
      throw this.#unexpected('its token server is not on https');
    }
    if (service !== undefined) url.searchParams.set('service', service);
    if (scope !== undefined) url.searchParams.set('scope', scope);
    const { signal, meter } = request;
    const answer = await send({ method: 'GET', url, signal, meter }, this.#basic());
    if (answer.status !== 200) {
      await answer.discard();
      return undefined;
    }
    const parsed = tokenAnswerSchema.safeParse(parseJson(await readSmall(answer)));
    const token = parsed.data?.token ?? parsed.data?.access_token;
    if (token === undefined) throw this.#unexpected('its token server gave no token');
    return `Bearer ${token}`;
  }

  #unexpected(reason: string): Error {
    return fail('REPOSITORY_ANSWER_UNEXPECTED', { repository: this.#origin, reason });
  }
}

async function readSmall(answer: HttpAnswer): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxTokenAnswerBytes) break;
  }
  return Buffer.concat(chunks);
}
