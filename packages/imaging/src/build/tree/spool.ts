import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail } from '@carrel/contract/errors';
import type { FileContent } from './file-tree.ts';

/** Keeps the contents of files under numbers in a private folder until they are written to a disk. */
export class Spool {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens a spool in a folder of its own; whoever owns the folder removes it. */
  static async create(folder: string): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Spool(folder);
  }

  /** Stores a stream. @throws {DISK_FULL} */
  async store(stream: AsyncIterable<unknown>, signal?: AbortSignal): Promise<FileContent> {
    const path = this.#nextPath();
    try {
      await pipeline(stream, createWriteStream(path, { mode: 0o600 }), signal ? { signal } : {});
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
        throw fail('DISK_FULL', { path: this.#folder }, error);
      }
      throw error;
    }
    return { kind: 'spooled', path };
  }

  #nextPath(): string {
    this.#count += 1;
    return join(this.#folder, String(this.#count));
  }
}

/** The whole content, in memory. */
export async function readContent(content: FileContent): Promise<Uint8Array> {
  return content.kind === 'bytes' ? content.bytes : readFile(content.path);
}
