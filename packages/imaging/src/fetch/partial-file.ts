import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { blockBytes } from '../format/constants.ts';
import { syncFolder } from '../storage/durable-file.ts';
import { writeFailure } from '../storage/errno.ts';
import { exists } from '../storage/exists.ts';
import { makeFolder } from '../storage/make-folder.ts';

// So much is written before the system is told to make it durable meanwhile, which shortens the end.
const syncEveryBytes = 64 * 1024 * 1024;

/** A disk file in the making: sparse, under another name until it is complete. */
export class PartialFile implements AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether an earlier run left it, so that it may hold blocks already. */
  readonly isResumed: boolean;
  /** Whether anything was written to it since it was opened. */
  isWritten = false;
  readonly #file: FileHandle;
  readonly #outputPath: string;
  #unsyncedBytes = 0;
  #syncing: Promise<void> | undefined;
  /** The system tells of a failed write only once, maybe before the end. */
  readonly #syncFailures: unknown[] = [];

  private constructor(outputPath: string, file: FileHandle, sizeBytes: number, isResumed: boolean) {
    this.#outputPath = outputPath;
    this.path = `${outputPath}.partial`;
    this.#file = file;
    this.sizeBytes = sizeBytes;
    this.isResumed = isResumed;
  }

  /** @throws {TARGET_EXISTS} when the output exists and is not to be replaced */
  static async checkTarget(outputPath: string, isReplacing: boolean): Promise<void> {
    if (!isReplacing && (await exists(outputPath))) throw fail('TARGET_EXISTS', { path: outputPath });
  }

  /**
   * Makes `PATH.partial` or opens the one that is there, and gives it its size.
   *
   * @throws {DISK_FULL}
   */
  static async open(outputPath: string, sizeBytes: number): Promise<PartialFile> {
    await makeFolder(dirname(outputPath));
    const path = `${outputPath}.partial`;
    const isResumed = await exists(path);
    const file = await open(path, isResumed ? 'r+' : 'wx+', 0o600).catch((error: unknown) => {
      throw writeFailure(error, path);
    });
    try {
      await file.truncate(sizeBytes);
      return new PartialFile(outputPath, file, sizeBytes, isResumed);
    } catch (error) {
      await file.close();
      if (!isResumed) await rm(path, { force: true });
      throw writeFailure(error, path);
    }
  }

  /** Reads whole blocks; what lies behind the end of the disk is zero. */
  async readBlocks(firstBlock: number, blocks: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(blocks * blockBytes);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.#file.read(
        bytes,
        done,
        bytes.length - done,
        firstBlock * blockBytes + done,
      );
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes;
  }

  /**
   * Writes whole blocks; the part behind the end of the disk is left out.
   *
   * @throws {DISK_FULL}
   */
  async writeBlocks(firstBlock: number, bytes: Uint8Array): Promise<void> {
    const offset = firstBlock * blockBytes;
    const length = Math.min(bytes.length, this.sizeBytes - offset);
    this.isWritten = true;
    for (let done = 0; done < length; ) {
      const written = await this.#file
        .write(bytes, done, length - done, offset + done)
        .catch((error: unknown) => {
          throw writeFailure(error, this.path);
        });
      done += written.bytesWritten;
    }
    this.#noteWritten(length);
  }

  /** For worker threads that write to the file themselves; valid until the file is closed. */
  get descriptor(): number {
    return this.#file.fd;
  }

  /**
   * A worker thread wrote to the file, so many bytes unless there was an error.
   *
   * @throws {DISK_FULL} and what else the system refused it with
   */
  expectWritten(error: { readonly code: string; readonly message: string } | undefined, bytes: number): void {
    this.#noteWritten(bytes);
    if (error === undefined) return;
    throw writeFailure(Object.assign(new Error(error.message), { code: error.code }), this.path);
  }

  /**
   * Makes the file durable and gives it its name.
   *
   * @throws {DISK_FULL}
   */
  async complete(): Promise<void> {
    try {
      await this.#syncing;
      for (const failure of this.#syncFailures) throw failure;
      await this.#file.sync();
      await rename(this.path, this.#outputPath);
      await syncFolder(dirname(this.#outputPath));
    } catch (error) {
      throw writeFailure(error, this.path);
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#syncing;
    await this.#file.close();
  }

  #noteWritten(bytes: number): void {
    this.isWritten = true;
    this.#unsyncedBytes += bytes;
    if (this.#syncing === undefined && this.#unsyncedBytes >= syncEveryBytes) this.#syncing = this.#sync();
  }

  async #sync(): Promise<void> {
    this.#unsyncedBytes = 0;
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#syncFailures.push(error);
    } finally {
      this.#syncing = undefined;
    }
  }
}
