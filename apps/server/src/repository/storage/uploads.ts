import { createHash, type Hash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { ociFail } from '../errors.ts';
import { type Digest, digestOfHex, type RepositoryName } from '../names.ts';
import type { Blobs } from './blobs.ts';
import type { StorageCore } from './core.ts';
import { isDiskFull, writeFully } from './durable-files.ts';
import { isUploadId, UploadFiles } from './upload-files.ts';
import { UploadSession } from './upload-session.ts';

/** An upload under way. */
export interface UploadStatus {
  readonly id: string;
  readonly receivedBytes: number;
}

/** A piece of an upload. */
export interface UploadPart {
  readonly source: Readable;
  /** Where the sender believes this piece begins; `undefined` appends. */
  readonly offsetBytes?: number;
  /** What the sender says the piece measures; a piece that ends elsewhere is not kept. */
  readonly lengthBytes?: number;
}

/** Uploads of blobs, in pieces, that survive broken connections and restarts of the server. */
export class Uploads {
  readonly #core: StorageCore;
  readonly #blobs: Blobs;
  readonly #limit: number;
  readonly #files: UploadFiles;
  readonly #sessions = new Map<string, Promise<UploadSession | undefined>>();
  #openCount = 0;

  /** @param limit uploads open at a time */
  constructor(core: StorageCore, blobs: Blobs, limit: number) {
    this.#core = core;
    this.#blobs = blobs;
    this.#limit = limit;
    this.#files = new UploadFiles(core.layout.uploads);
  }

  /** Counts what an earlier run of the server left open. Called once, before anything else. */
  async load(): Promise<void> {
    this.#openCount = (await this.#files.list()).length;
  }

  /** @throws {TOOMANYREQUESTS} */
  async begin(name: RepositoryName): Promise<UploadStatus> {
    if (this.#openCount >= this.#limit) throw ociFail('TOOMANYREQUESTS', {});
    this.#openCount += 1;
    const id = randomUUID();
    try {
      await this.#files.create(id, name);
    } catch (error) {
      this.#openCount -= 1;
      await this.#files.remove(id);
      throw error;
    }
    this.#sessions.set(id, Promise.resolve(new UploadSession(name, 0, createHash('sha256'))));
    return { id, receivedBytes: 0 };
  }

  /** @throws {BLOB_UPLOAD_UNKNOWN} */
  async status(name: RepositoryName, id: string): Promise<UploadStatus> {
    const { receivedBytes } = await this.#find(name, id);
    return { id, receivedBytes };
  }

  /**
   * Appends a piece. A connection that breaks leaves what arrived, to go on from. A piece that is still being
   * received for the same upload is ended first: its sender has come back.
   *
   * @throws {BLOB_UPLOAD_UNKNOWN}
   * @throws {RANGE_INVALID} when the piece does not begin where the upload stands
   * @throws {SIZE_INVALID}
   */
  async append(name: RepositoryName, id: string, part: UploadPart): Promise<UploadStatus> {
    const session = await this.#find(name, id);
    return await session.takeTurn(async (signal) => {
      await this.#receive(id, session, part, signal);
      return { id, receivedBytes: session.receivedBytes };
    });
  }

  /**
   * Appends the last piece, if there is one, and makes the upload a blob of the name, if it has that digest. An
   * upload with another digest is removed.
   *
   * @throws {DIGEST_INVALID}, and what `append` throws
   */
  async finish(name: RepositoryName, id: string, digest: Digest, part?: UploadPart): Promise<void> {
    const session = await this.#find(name, id);
    await session.takeTurn(async (signal) => {
      if (part) await this.#receive(id, session, part, signal);
      const hash = await this.#hashOf(id, session);
      if (digestOfHex(hash.copy().digest('hex')) !== digest) {
        await this.#close(id, session);
        throw ociFail('DIGEST_INVALID', { digest });
      }
      await this.#removeOnDiskFull(id, session, async () => {
        await this.#files.sync(id);
        await this.#blobs.commit(name, digest, this.#files.data(id));
      });
      await this.#close(id, session);
    });
  }

  /**
   * Receives a whole blob at once; nothing is left of one that fails.
   *
   * @throws what `begin` and `finish` throw
   */
  async receiveWhole(name: RepositoryName, digest: Digest, part: UploadPart): Promise<void> {
    const { id } = await this.begin(name);
    try {
      await this.finish(name, id, digest, part);
    } catch (error) {
      const session = await this.#sessions.get(id);
      if (session) await session.takeTurn(() => this.#close(id, session));
      throw error;
    }
  }

  /** @throws {BLOB_UPLOAD_UNKNOWN} */
  async cancel(name: RepositoryName, id: string): Promise<void> {
    const session = await this.#find(name, id);
    await session.takeTurn(() => this.#close(id, session));
  }

  /** Removes uploads that received nothing for so long; how many. */
  async removeAbandoned(idleMs: number): Promise<number> {
    let removedCount = 0;
    for (const id of await this.#files.listTraces()) {
      const changedAtMs = await this.#files.changedAtMs(id);
      if (changedAtMs === undefined || this.#core.clock.nowMs() - changedAtMs < idleMs) continue;
      const session = await (this.#sessions.get(id) ?? this.#restore(id));
      if (session?.isBusy) continue;
      if (session) await session.takeTurn(() => this.#close(id, session));
      else await this.#files.remove(id);
      removedCount += 1;
    }
    return removedCount;
  }

  async #find(name: RepositoryName, id: string): Promise<UploadSession> {
    if (!isUploadId(id)) throw ociFail('BLOB_UPLOAD_UNKNOWN', {});
    const pending = this.#sessions.get(id) ?? this.#restore(id);
    this.#sessions.set(id, pending);
    let session: UploadSession | undefined;
    try {
      session = await pending;
    } finally {
      if (session === undefined) this.#sessions.delete(id);
    }
    if (session?.name !== name) throw ociFail('BLOB_UPLOAD_UNKNOWN', {});
    return session;
  }

  async #restore(id: string): Promise<UploadSession | undefined> {
    const found = await this.#files.describe(id);
    return found && new UploadSession(found.name, found.receivedBytes);
  }

  async #receive(id: string, session: UploadSession, part: UploadPart, signal: AbortSignal): Promise<void> {
    const startBytes = session.receivedBytes;
    if (part.offsetBytes !== undefined && part.offsetBytes !== startBytes) {
      const reason = `the upload stands at ${startBytes} bytes`;
      throw ociFail('RANGE_INVALID', { reason, receivedBytes: startBytes });
    }
    const hash = await this.#hashOf(id, session);
    const before = part.lengthBytes === undefined ? undefined : hash.copy();
    await this.#removeOnDiskFull(id, session, () => this.#write(id, session, hash, part.source, signal));
    const receivedBytes = session.receivedBytes - startBytes;
    if (before === undefined || receivedBytes === part.lengthBytes) return;
    await this.#files.cut(id, startBytes);
    session.receivedBytes = startBytes;
    session.hash = before;
    const reason = `${receivedBytes} bytes came, ${part.lengthBytes ?? 0} were announced`;
    throw ociFail('SIZE_INVALID', { reason });
  }

  async #write(
    id: string,
    session: UploadSession,
    hash: Hash,
    source: Readable,
    signal: AbortSignal,
  ): Promise<void> {
    await using file = await open(this.#files.data(id), 'r+');
    // Kept open when writing fails, so that the answer reaches the sender.
    const chunks: AsyncIterable<Uint8Array> = addAbortSignal(signal, source).iterator({
      destroyOnReturn: false,
    });
    for await (const chunk of chunks) {
      await writeFully(file, chunk, session.receivedBytes);
      hash.update(chunk);
      session.receivedBytes += chunk.length;
    }
  }

  async #hashOf(id: string, session: UploadSession): Promise<Hash> {
    session.hash ??= await this.#files.hash(id, session.receivedBytes);
    return session.hash;
  }

  async #removeOnDiskFull(id: string, session: UploadSession, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isDiskFull(error)) await this.#close(id, session);
      throw error;
    }
  }

  async #close(id: string, session: UploadSession): Promise<void> {
    session.isClosed = true;
    this.#sessions.delete(id);
    this.#openCount -= 1;
    await this.#files.remove(id);
  }
}
