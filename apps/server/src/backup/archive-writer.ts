import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type Pack, pack } from 'tar-stream';
import type { BackupManifest } from './backup-format.ts';

/** Writes entries one after another and keeps account of them. */
export class ArchiveWriter {
  /** The tar; whoever reads it sets the pace. */
  readonly tar: Pack = pack();
  readonly entries: BackupManifest['entries'] = [];
  readonly #onBytes: (count: number) => void;

  /** @param onBytes is told of every byte of content that went in */
  constructor(onBytes: (count: number) => void) {
    this.#onBytes = onBytes;
  }

  /** The bytes of the tar. Its own types do not say that it can be iterated over. */
  get bytes(): AsyncIterable<Uint8Array> {
    return this.tar as unknown as AsyncIterable<Uint8Array>;
  }

  async add(name: string, content: Buffer): Promise<void> {
    const entry = this.#entry(name, content.length);
    const written = entry.done;
    entry.stream.end(content);
    await written;
    this.#note(name, content.length, createHash('sha256').update(content).digest('hex'));
    this.#onBytes(content.length);
  }

  /** Adds a file as it is now; one that is gone by now is left out. @returns whether it was there */
  async addFile(name: string, path: string, signal: AbortSignal): Promise<boolean> {
    await using file = await openIfThere(path);
    if (!file) return false;
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const { stream, done } = this.#entry(name, size);
    const copy = async (): Promise<void> => {
      // No more than was there at first, should it be growing.
      const source = size === 0 ? [] : file.createReadStream({ autoClose: false, start: 0, end: size - 1 });
      for await (const chunk of source as AsyncIterable<Buffer>) {
        signal.throwIfAborted();
        hash.update(chunk);
        this.#onBytes(chunk.length);
        if (!stream.write(chunk)) await Promise.race([drained(stream), done]);
      }
      stream.end(undefined);
    };
    await Promise.all([copy(), done]);
    this.#note(name, size, hash.digest('hex'));
    return true;
  }

  end(): void {
    this.tar.finalize();
  }

  #entry(name: string, size: number) {
    const { promise: done, resolve, reject } = Promise.withResolvers<undefined>();
    const stream = this.tar.entry({ name, size, mode: 0o600, mtime: new Date(0) }, (error) => {
      if (error) reject(error);
      else resolve(undefined);
    });
    stream.on('error', reject);
    return { stream, done };
  }

  #note(name: string, sizeBytes: number, hex: string): void {
    this.entries.push({ name, sizeBytes, digest: `sha256:${hex}` });
  }
}

/** The stream takes more. When it never will, its end is told otherwise. */
function drained(stream: { once(event: 'drain', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', () => resolve());
  });
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
