import { open } from 'node:fs/promises';
import { blockBytes } from '../format/constants.ts';
import { isSystemError } from './file-blocks.ts';
import type { SeedFile } from './seed-files.ts';

/** A run of stored blocks that should lie in consecutive blocks of one seed file. */
export interface SeedRun {
  readonly stored: number;
  readonly blocks: number;
  readonly file: SeedFile;
  readonly firstBlock: number;
}

/** Where stored blocks of an image were seen in local files. Eight bytes a block. */
export class SeedIndex {
  readonly #files: SeedFile[] = [];
  /** File number plus one; 0 where a block was not seen. */
  readonly #fileOf: Uint32Array;
  readonly #blockOf: Uint32Array;
  #found = 0;

  /** @param blockCount number of stored blocks of the image */
  constructor(blockCount: number) {
    this.#fileOf = new Uint32Array(blockCount);
    this.#blockOf = new Uint32Array(blockCount);
  }

  /** Number of blocks that were seen. */
  get found(): number {
    return this.#found;
  }

  has(stored: number): boolean {
    return (this.#fileOf[stored] ?? 0) !== 0;
  }

  /** Notes that a stored block was seen; the first sight counts. */
  note(stored: number, file: SeedFile, block: number): void {
    if (this.has(stored)) return;
    if (this.#files.at(-1) !== file) this.#files.push(file);
    this.#fileOf[stored] = this.#files.length;
    this.#blockOf[stored] = block;
    this.#found += 1;
  }

  forget(stored: number): void {
    if (!this.has(stored)) return;
    this.#fileOf[stored] = 0;
    this.#found -= 1;
  }

  /** The run that begins at a stored block, at most so long; `undefined` when it was not seen. */
  runAt(stored: number, maxBlocks: number): SeedRun | undefined {
    const fileNumber = this.#fileOf[stored] ?? 0;
    const file = this.#files[fileNumber - 1];
    const firstBlock = this.#blockOf[stored];
    if (file === undefined || firstBlock === undefined) return undefined;
    let blocks = 1;
    const continues = (): boolean =>
      this.#fileOf[stored + blocks] === fileNumber && this.#blockOf[stored + blocks] === firstBlock + blocks;
    while (blocks < maxBlocks && continues()) blocks += 1;
    return { stored, blocks, file, firstBlock };
  }
}

/**
 * Reads blocks of a seed file into a buffer of their own, the last one padded with zeros as a file system pads it.
 * Whatever cannot be read is zero: the ids of blocks tell what is usable.
 */
export async function readSeedBlocks(
  file: SeedFile,
  firstBlock: number,
  blocks: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(blocks * blockBytes);
  const offset = firstBlock * blockBytes;
  const wanted = Math.max(0, Math.min(bytes.length, file.sizeBytes - offset));
  try {
    const handle = await open(file.path, 'r');
    await using _close = handle;
    for (let done = 0; done < wanted; ) {
      const { bytesRead } = await handle.read(bytes, done, wanted - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  return bytes;
}
