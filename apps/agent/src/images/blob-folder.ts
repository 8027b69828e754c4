import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import { isErrorCode, replaceFileAtomically } from '../store/atomic-file.ts';

const chunkBytes = 1024 * 1024;

/** Blobs in a folder, each under its sha256. Every one is checked against its digest before its first use. */
export class BlobFolder {
  readonly #folder: string;
  /** Digests of files that were found to be whole by this process. */
  readonly #checked = new Set<string>();
  readonly #keeping = new Map<string, Promise<void>>();

  /** @param folder private to the agent; made when missing */
  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(digest: string): string {
    return join(this.#folder, nameOf(digest));
  }

  /** Whether the blob is here and is what its name says; one that is not is removed. */
  async isHere(digest: string): Promise<boolean> {
    const path = this.pathOf(digest);
    if (!(await isFile(path))) return false;
    if (this.#checked.has(digest)) return true;
    if ((await digestOfFile(path)) === digest) {
      this.#checked.add(digest);
      return true;
    }
    await rm(path, { force: true });
    return false;
  }

  /**
   * Keeps a blob; twice at the same time is once.
   *
   * @param location where it comes from, for people
   * @throws {IMAGE_DATA_DAMAGED} it has another digest
   * @throws what the chunks and the file system fail with
   */
  async keep(digest: string, location: string, chunks: () => AsyncIterable<Uint8Array>): Promise<void> {
    const keeping =
      this.#keeping.get(digest) ??
      this.#write(digest, location, chunks).finally(() => this.#keeping.delete(digest));
    this.#keeping.set(digest, keeping);
    await keeping;
  }

  /** Removes all but these. */
  async retain(digests: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...digests].map(nameOf));
    for (const name of await this.#names()) {
      if (kept.has(name)) continue;
      await rm(join(this.#folder, name), { force: true });
      this.#checked.delete(`sha256:${name}`);
    }
  }

  async #write(digest: string, location: string, chunks: () => AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFileAtomically(this.pathOf(digest), async (file) => {
      const hash = createHash('sha256');
      for await (const chunk of chunks()) {
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      if (`sha256:${hash.digest('hex')}` === digest) return;
      const [what, reason] = [`Blob ${digest}`, 'it has another digest'];
      throw fail('IMAGE_DATA_DAMAGED', { what, source: location, reason });
    });
    this.#checked.add(digest);
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch((error: unknown) => {
      if (isErrorCode(error, 'ENOENT')) return [];
      throw error;
    });
  }
}

function nameOf(digest: string): string {
  return digest.replace('sha256:', '');
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    (error: unknown) => {
      if (isErrorCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }))
    hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}
