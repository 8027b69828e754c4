import type { Socket } from 'node:net';
import { ConnectionEnded } from './connection-ended.ts';

interface Filling {
  readonly target: Uint8Array;
  filledBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Waiter {
  readonly neededBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads a socket in pieces of known length, in order. One read at a time.
 *
 * What the other side sends ahead is kept up to a limit; past it the socket is not read until someone asks.
 */
export class SocketReader {
  readonly #socket: Socket;
  readonly #readAheadBytes: number;
  readonly #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  #waiter: Waiter | undefined;
  #filling: Filling | undefined;
  #ended: ConnectionEnded | undefined;

  constructor(socket: Socket, readAheadBytes = 1 << 20) {
    this.#socket = socket;
    this.#readAheadBytes = readAheadBytes;
    socket.on('data', (chunk: Buffer) => this.#take(chunk, false));
    socket.on('error', (error) => this.#end(error));
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
  }

  /**
   * The next `lengthBytes` bytes. The buffer may share memory with others of this reader: copy what is kept.
   *
   * @throws {ConnectionEnded} when the other side closes before they have come
   */
  async read(lengthBytes: number): Promise<Buffer> {
    await this.#waitFor(lengthBytes);
    const first = this.#chunks[0];
    if (first === undefined || first.length < lengthBytes) {
      const joined = Buffer.allocUnsafe(lengthBytes);
      this.#moveInto(joined);
      return joined;
    }
    this.#bufferedBytes -= lengthBytes;
    if (first.length === lengthBytes) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(lengthBytes);
    return first.subarray(0, lengthBytes);
  }

  /** Fills the target with the next bytes, as they come. @throws {ConnectionEnded} */
  async readInto(target: Uint8Array): Promise<void> {
    const filledBytes = Math.min(target.length, this.#bufferedBytes);
    this.#moveInto(target.subarray(0, filledBytes));
    if (filledBytes === target.length) return;
    if (this.#ended) throw this.#ended;
    this.#socket.resume();
    // What comes goes straight to where it is wanted.
    await new Promise<void>((resolve, reject) => {
      this.#filling = { target, filledBytes, resolve, reject };
    });
  }

  /** Passes over the next bytes without keeping them. @throws {ConnectionEnded} */
  async skip(lengthBytes: number): Promise<void> {
    let remainingBytes = lengthBytes;
    while (remainingBytes > 0) {
      await this.#waitFor(1);
      const stepBytes = Math.min(remainingBytes, this.#bufferedBytes);
      this.#moveInto(Buffer.allocUnsafe(stepBytes));
      remainingBytes -= stepBytes;
    }
  }

  #moveInto(target: Uint8Array): void {
    let filledBytes = 0;
    while (filledBytes < target.length) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) throw new RangeError('moveInto needs bytes that have come');
      const stepBytes = Math.min(chunk.length, target.length - filledBytes);
      target.set(chunk.subarray(0, stepBytes), filledBytes);
      if (stepBytes === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(stepBytes);
      filledBytes += stepBytes;
    }
    this.#bufferedBytes -= filledBytes;
  }

  #waitFor(neededBytes: number): Promise<void> | undefined {
    if (this.#bufferedBytes >= neededBytes) return undefined;
    if (this.#ended) return Promise.reject(this.#ended);
    this.#socket.resume();
    return new Promise((resolve, reject) => {
      this.#waiter = { neededBytes, resolve, reject };
    });
  }

  /** Takes bytes from a buffer that will be used again: for sockets that read into a buffer of their own. */
  takeBorrowed(bytes: Uint8Array): void {
    this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), true);
  }

  #take(chunk: Buffer, isBorrowed: boolean): void {
    const rest = chunk.subarray(this.#fill(chunk));
    if (rest.length === 0) return;
    this.#chunks.push(isBorrowed ? Buffer.from(rest) : rest);
    this.#bufferedBytes += rest.length;
    if (this.#waiter === undefined) {
      if (this.#bufferedBytes > this.#readAheadBytes) this.#socket.pause();
    } else if (this.#bufferedBytes >= this.#waiter.neededBytes) {
      const { resolve } = this.#waiter;
      this.#waiter = undefined;
      resolve();
    }
  }

  /** Gives bytes to the read that waits for them; returns how many it took. */
  #fill(chunk: Buffer): number {
    const filling = this.#filling;
    if (filling === undefined) return 0;
    const stepBytes = Math.min(chunk.length, filling.target.length - filling.filledBytes);
    filling.target.set(chunk.subarray(0, stepBytes), filling.filledBytes);
    filling.filledBytes += stepBytes;
    if (filling.filledBytes === filling.target.length) {
      this.#filling = undefined;
      filling.resolve();
    }
    return stepBytes;
  }

  #end(cause?: Error): void {
    this.#ended ??= new ConnectionEnded(cause);
    this.#filling?.reject(this.#ended);
    this.#filling = undefined;
    this.#waiter?.reject(this.#ended);
    this.#waiter = undefined;
  }
}
