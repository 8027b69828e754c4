import type { Hash } from 'node:crypto';
import { ociFail } from '../errors.ts';
import type { RepositoryName } from '../names.ts';

/** One upload under way: one writer at a time, and the newest wins. */
export class UploadSession {
  readonly name: RepositoryName;
  receivedBytes: number;
  /** Over the bytes received; `undefined` after a restart until it is needed. */
  hash: Hash | undefined;
  isClosed = false;
  #writer: AbortController | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(name: RepositoryName, receivedBytes: number, hash?: Hash) {
    this.name = name;
    this.receivedBytes = receivedBytes;
    this.hash = hash;
  }

  get isBusy(): boolean {
    return this.#writer !== undefined;
  }

  /**
   * Ends whoever is writing, waits until it let go, then runs the work alone. A sender whose connection broke and who
   * is back need not wait until the server notices that the old connection is dead.
   *
   * @throws {BLOB_UPLOAD_UNKNOWN} when the upload was closed in the meantime
   */
  async takeTurn<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#writer?.abort();
    const writer = new AbortController();
    this.#writer = writer;
    const turn = this.#tail.then(async () => {
      if (this.isClosed) throw ociFail('BLOB_UPLOAD_UNKNOWN', {});
      return await work(writer.signal);
    });
    const letGo = (): void => {
      if (this.#writer === writer) this.#writer = undefined;
    };
    this.#tail = turn.then(letGo, letGo);
    return await turn;
  }
}
