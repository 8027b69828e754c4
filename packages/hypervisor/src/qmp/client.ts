import type { Duplex } from 'node:stream';
import { fail } from '@carrel/contract';
import { abortReason } from '@carrel/kit';
import { type QmpArguments, type QmpCommand, type QmpResult, qmpCommands } from './commands.ts';
import { parseEvent, type QmpEvent } from './events.ts';
import { LineSplitter } from './line-splitter.ts';
import { errorSchema, greetingSchema, type QemuVersion, returnSchema } from './messages.ts';

interface Pending {
  readonly command: string;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface ExecuteOptions {
  /** Instead of the command's own limit. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * A connection to QEMU's monitor (QMP, docs/interop/qmp-spec). Commands may overlap; answers are matched by id.
 * Whoever opens it closes it.
 */
export class QmpClient implements AsyncDisposable {
  readonly #stream: Duplex;
  readonly #lines = new LineSplitter();
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  readonly #greeting = Promise.withResolvers<QemuVersion>();
  readonly #closed = Promise.withResolvers<undefined>();
  #nextId = 1;
  #failure: unknown;
  #isClosed = false;

  private constructor(stream: Duplex) {
    this.#stream = stream;
    this.#greeting.promise.catch(() => undefined);
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    stream.on('error', (error) => {
      this.#end(error);
    });
    stream.on('close', () => {
      this.#end(undefined);
    });
  }

  /**
   * Takes over a connected stream: waits for the greeting and leaves negotiation mode.
   *
   * @throws {MONITOR_TIMEOUT} @throws {MONITOR_CLOSED} @throws {MONITOR_PROTOCOL}
   */
  static async open(stream: Duplex, options: ExecuteOptions = {}): Promise<QmpClient> {
    const client = new QmpClient(stream);
    try {
      await client.#limit(
        'the greeting',
        client.#greeting.promise,
        options.timeoutMs ?? 10_000,
        options.signal,
      );
      await client.execute('qmp_capabilities', undefined, options);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** The version QEMU greeted with. */
  version(): Promise<QemuVersion> {
    return this.#greeting.promise;
  }

  /** Resolves when the connection is gone, for whatever reason. */
  get closed(): Promise<undefined> {
    return this.#closed.promise;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Runs a command.
   *
   * @throws {MONITOR_REFUSED} QEMU answered with an error
   * @throws {MONITOR_TIMEOUT} no answer in time; the connection stays usable, a late answer is dropped
   * @throws {MONITOR_CLOSED} @throws {MONITOR_PROTOCOL}
   */
  async execute<Name extends QmpCommand>(
    command: Name,
    args: QmpArguments<Name>,
    options: ExecuteOptions = {},
  ): Promise<QmpResult<Name>> {
    if (this.#isClosed) throw this.#closedError(command);
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, { command, resolve: answer.resolve, reject: answer.reject });
    this.#stream.write(`${JSON.stringify({ execute: command, id, ...(args && { arguments: args }) })}\n`);
    const definition = qmpCommands[command];
    try {
      const timeoutMs = options.timeoutMs ?? definition.timeoutMs;
      const value = await this.#limit(command, answer.promise, timeoutMs, options.signal);
      const parsed = definition.returns.safeParse(value);
      if (parsed.success) return parsed.data as QmpResult<Name>;
      throw fail('MONITOR_PROTOCOL', { reason: `the answer to ${command} has another shape` }, parsed.error);
    } finally {
      this.#pending.delete(id);
    }
  }

  /** Called with each event from now on, in order; returns the function that ends it. Listeners must not throw. */
  subscribe(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#stream.destroy();
    await this.#closed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(chunk)) this.#dispatch(line);
    } catch (error) {
      this.#end(error);
      this.#stream.destroy();
    }
  }

  #dispatch(line: string): void {
    const message = parseJson(line);
    const returned = returnSchema.safeParse(message);
    if (returned.success) {
      this.#pending.get(returned.data.id)?.resolve(returned.data.return);
      return;
    }
    const refused = errorSchema.safeParse(message);
    if (refused.success) {
      this.#refuse(refused.data.id, refused.data.error.desc);
      return;
    }
    const greeting = greetingSchema.safeParse(message);
    if (greeting.success) {
      this.#greeting.resolve(greeting.data.QMP.version.qemu);
      return;
    }
    const event = parseKnown(message);
    for (const listener of this.#listeners) listener(event);
  }

  /** An error without an id answers input that QEMU could not read at all: nothing after it can be trusted. */
  #refuse(id: number | undefined, reason: string): void {
    if (id === undefined) throw fail('MONITOR_PROTOCOL', { reason });
    const pending = this.#pending.get(id);
    pending?.reject(fail('MONITOR_REFUSED', { command: pending.command, reason: withoutFullStop(reason) }));
  }

  #end(failure: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failure = failure;
    this.#greeting.reject(this.#closedError('the greeting'));
    for (const pending of this.#pending.values()) pending.reject(this.#closedError(pending.command));
    this.#pending.clear();
    this.#listeners.clear();
    this.#closed.resolve(undefined);
  }

  #closedError(command: string): Error {
    return fail('MONITOR_CLOSED', { command }, this.#failure);
  }

  async #limit<T>(
    command: string,
    answer: Promise<T>,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const stopped = Promise.withResolvers<never>();
    const onAbort = (): void => {
      if (signal) stopped.reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      stopped.reject(fail('MONITOR_TIMEOUT', { command, timeoutMs }));
    }, timeoutMs);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([answer, stopped.promise]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw fail('MONITOR_PROTOCOL', { reason: 'a line is not JSON' }, error);
  }
}

function parseKnown(message: unknown): QmpEvent {
  let event: QmpEvent | undefined;
  try {
    event = parseEvent(message);
  } catch (error) {
    throw fail('MONITOR_PROTOCOL', { reason: 'an event has another shape' }, error);
  }
  if (!event) throw fail('MONITOR_PROTOCOL', { reason: 'a message is neither answer nor event' });
  return event;
}

function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.\s*$/, '');
}
