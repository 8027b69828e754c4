import type { Socket } from 'node:net';
import { fail } from '@carrel/contract/errors';
import { abortReason } from '@carrel/kit';
import { describeAddress, type NbdAddress } from '../address.ts';
import { ByteBudget } from '../protocol/byte-budget.ts';
import { command, wireErrorName } from '../protocol/constants.ts';
import type { BlockRun } from '../protocol/replies.ts';
import { encodeRequest } from '../protocol/request.ts';
import type { SocketReader } from '../protocol/socket-reader.ts';
import { writePieces } from '../protocol/socket-writer.ts';
import type { RemoteExport } from './negotiate-export.ts';
import { type PendingRequest, ReadAssembly } from './pending-request.ts';
import { type PendingRequests, receiveReplies } from './receive-replies.ts';

/** One connection after the handshake: many requests under way, each settled by its reply. */
export class NbdConnection {
  readonly #socket: Socket;
  readonly #address: NbdAddress;
  readonly #pending: PendingRequests = new Map();
  readonly #budget: ByteBudget;
  readonly #ended = new AbortController();
  readonly #receiving: Promise<void>;
  #nextCookie = 1n;
  #isClosing = false;

  constructor(
    socket: Socket,
    reader: SocketReader,
    address: NbdAddress,
    remote: RemoteExport,
    maxInFlightBytes: number,
  ) {
    this.#socket = socket;
    this.#address = address;
    this.#budget = new ByteBudget(maxInFlightBytes);
    this.#receiving = receiveReplies(reader, this.#pending, remote.allocationContextId).catch(
      (error: unknown) => this.#fail(error),
    );
  }

  /** @throws {NBD_READ_FAILED} @throws {NBD_UNREACHABLE} when the connection is gone */
  async read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Buffer> {
    const assembly = new ReadAssembly(offsetBytes, lengthBytes);
    await this.#request(command.read, 0, { offsetBytes, lengthBytes, assembly }, signal);
    return assembly.data;
  }

  /** @throws {NBD_READ_FAILED} @throws {NBD_UNREACHABLE} when the connection is gone */
  async blockStatus(
    offsetBytes: number,
    lengthBytes: number,
    signal?: AbortSignal,
  ): Promise<readonly BlockRun[]> {
    const what = { offsetBytes, lengthBytes, assembly: undefined };
    const request = await this.#request(command.blockStatus, 0, what, signal);
    return request.runs ?? [];
  }

  /** Says goodbye and waits until the connection is closed. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      const goodbye = { flags: 0, command: command.disconnect, cookie: 0n, offsetBytes: 0, lengthBytes: 0 };
      this.#socket.end(encodeRequest(goodbye));
      const timer = setTimeout(() => this.#socket.destroy(), 2_000);
      this.#socket.once('close', () => clearTimeout(timer));
    }
    await this.#receiving;
  }

  async #request(
    code: number,
    flags: number,
    what: Pick<PendingRequest, 'offsetBytes' | 'lengthBytes' | 'assembly'>,
    signal?: AbortSignal,
  ): Promise<PendingRequest> {
    signal?.throwIfAborted();
    const costBytes = what.assembly?.data.length ?? 4096;
    const { signal: endSignal } = this.#ended;
    await this.#budget.acquire(costBytes, signal ? AbortSignal.any([signal, endSignal]) : endSignal);
    if (signal?.aborted || endSignal.aborted) {
      this.#budget.release(costBytes);
      throw abortReason(signal?.aborted ? signal : endSignal);
    }
    const cookie = this.#nextCookie;
    this.#nextCookie += 1n;
    const request = await new Promise<PendingRequest>((resolve, reject) => {
      const onAbort = (): void => reject(signal ? abortReason(signal) : new Error('aborted'));
      signal?.addEventListener('abort', onAbort, { once: true });
      const made: PendingRequest = {
        ...what,
        runs: undefined,
        errorCode: 0,
        // An aborted request stays pending until its reply has come: the bytes must be taken off the line.
        settle: (failure) => {
          signal?.removeEventListener('abort', onAbort);
          this.#budget.release(costBytes);
          if (failure) reject(failure);
          else resolve(made);
        },
      };
      this.#pending.set(cookie, made);
      const header = encodeRequest({ flags, command: code, cookie, ...what });
      // A failed write ends the connection, and that settles every request.
      writePieces(this.#socket, [header]).catch((error: unknown) => this.#fail(error));
    });
    if (request.errorCode !== 0) throw this.#readError(request);
    return request;
  }

  #readError({ offsetBytes, lengthBytes, errorCode }: PendingRequest): Error {
    const address = describeAddress(this.#address);
    return fail('NBD_READ_FAILED', { address, offsetBytes, lengthBytes, reason: wireErrorName(errorCode) });
  }

  #fail(cause: unknown): void {
    const address = describeAddress(this.#address);
    const reason = this.#isClosing ? 'the connection was closed' : describeCause(cause);
    const failure = fail('NBD_UNREACHABLE', { address, reason }, cause);
    this.#socket.destroy();
    this.#ended.abort(failure);
    for (const request of this.#pending.values()) request.settle(failure);
    this.#pending.clear();
  }
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
