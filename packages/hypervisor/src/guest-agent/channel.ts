import type { Duplex } from 'node:stream';
import { fail } from '@carrel/contract';
import { abortReason, isAppError } from '@carrel/kit';
import type { z } from 'zod';
import { LineSplitter } from '../qmp/line-splitter.ts';
import { answers, replySchema } from './schemas.ts';

/** Before an answer to `guest-sync-delimited`; never part of valid JSON in UTF-8. */
const delimiter = 0xff;
/** A guest may send without end; we stop listening long before it hurts. */
const answerTimeoutMs = 10_000;

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

type Reply = z.infer<typeof replySchema>;

/**
 * One question, one answer over the serial line to a guest. There are no ids and old answers may still come in, so the
 * line is brought into step before the first question and again after every silence.
 */
export class AgentChannel {
  readonly #stream: Duplex;
  readonly #lines = new LineSplitter();
  #awaited: PromiseWithResolvers<Reply> | undefined;
  #isInStep = false;
  /** While coming into step: the only answer that counts; those to older questions are skipped. */
  #expectedSync: number | undefined;
  #isSkipping = false;
  #isClosed = false;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #random: () => number;

  constructor(stream: Duplex, random: () => number = Math.random) {
    this.#stream = stream;
    this.#random = random;
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    const onEnd = (): void => {
      this.#isClosed = true;
      this.#awaited?.reject(fail('GUEST_AGENT_SILENT', {}));
    };
    stream.on('error', onEnd);
    stream.on('close', onEnd);
  }

  /**
   * Asks; questions queue up behind each other.
   *
   * @throws {GUEST_AGENT_SILENT} no answer in time, or the machine is gone
   * @throws {GUEST_AGENT_REFUSED} the agent answered with an error, or with something else than it should
   */
  call<T>(
    command: string,
    args: Readonly<Record<string, unknown>> | undefined,
    schema: z.ZodType<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const turn = this.#queue.then(async () => {
      options.signal?.throwIfAborted();
      await this.#getInStep(options);
      return this.#ask(command, args, schema, options);
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Sends without waiting: for commands whose success is the end of the guest. */
  async send(command: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<void> {
    await this.#getInStep(options);
    this.#write({ execute: command, arguments: args });
  }

  close(): void {
    this.#stream.destroy();
  }

  /** QEMU guest agent protocol, "guest-sync-delimited": send 0xFF, drop all until 0xFF, compare the id. */
  async #getInStep(options: CallOptions): Promise<void> {
    if (this.#isInStep) return;
    const id = Math.floor(this.#random() * 2 ** 31);
    this.#lines.clear();
    this.#isSkipping = true;
    if (!this.#isClosed) this.#stream.write(Buffer.from([delimiter]));
    this.#expectedSync = id;
    try {
      await this.#ask('guest-sync-delimited', { id }, answers.id, options);
    } finally {
      this.#expectedSync = undefined;
    }
    this.#isInStep = true;
  }

  async #ask<T>(
    command: string,
    args: Readonly<Record<string, unknown>> | undefined,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T> {
    if (this.#isClosed) throw fail('GUEST_AGENT_SILENT', {});
    const awaited = Promise.withResolvers<Reply>();
    this.#awaited = awaited;
    const { signal } = options;
    const onAbort = (): void => {
      if (signal) awaited.reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      awaited.reject(fail('GUEST_AGENT_SILENT', {}));
    }, options.timeoutMs ?? answerTimeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#write({ execute: command, ...(args && { arguments: args }) });
      return readReply(command, await awaited.promise, schema);
    } catch (error) {
      if (!isAppError(error, 'GUEST_AGENT_REFUSED')) this.#isInStep = false;
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#awaited = undefined;
    }
  }

  #write(message: unknown): void {
    this.#stream.write(`${JSON.stringify(message)}\n`);
  }

  #receive(chunk: Buffer): void {
    const wanted = this.#afterDelimiter(chunk);
    if (!wanted) return;
    try {
      for (const line of this.#lines.push(wanted)) this.#deliver(line);
    } catch (error) {
      this.#fallOut(error);
    }
  }

  #afterDelimiter(chunk: Buffer): Buffer | undefined {
    if (!this.#isSkipping) return chunk;
    const at = chunk.lastIndexOf(delimiter);
    if (at < 0) return undefined;
    this.#isSkipping = false;
    return chunk.subarray(at + 1);
  }

  #deliver(line: string): void {
    const reply = replySchema.parse(JSON.parse(line));
    const isStale =
      this.#expectedSync !== undefined && !('return' in reply && reply.return === this.#expectedSync);
    if (isStale) this.#isSkipping = true;
    else this.#awaited?.resolve(reply);
  }

  /** Garbage: whatever is awaited is lost, the next question brings the line into step again. */
  #fallOut(cause: unknown): void {
    this.#isInStep = false;
    this.#awaited?.reject(fail('GUEST_AGENT_SILENT', {}, cause));
  }
}

function readReply<T>(command: string, reply: Reply, schema: z.ZodType<T>): T {
  if ('error' in reply) throw fail('GUEST_AGENT_REFUSED', { command, reason: reply.error.desc });
  const parsed = schema.safeParse(reply.return);
  if (parsed.success) return parsed.data;
  const reason = 'its answer has another shape';
  throw fail('GUEST_AGENT_REFUSED', { command, reason }, parsed.error);
}
