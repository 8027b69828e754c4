import type { LongOperationOptions } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import { isZeroChunk } from '../pack/read-chunks.ts';
import { inOrder } from '../workers/in-order.ts';
import type { BlockSeed, SeedPlace, WantedBlocks } from './block-seed.ts';
import { readFileBlocks } from './file-blocks.ts';
import { type SeedFile, seedFiles } from './seed-files.ts';

const pieceBlocks = 256;
const readsAtOnce = 8;

/**
 * A file, a block device, or a folder of files as a seed. Nothing is known of what it holds, so it is read from end
 * to end. Looking it through rejects with SOURCE_NOT_FOUND when the path does not exist.
 */
export function openPathSeed(path: string): BlockSeed {
  return new PathSeed(path);
}

interface PiecePlace {
  readonly file: SeedFile;
  readonly firstBlock: number;
  readonly blocks: number;
}

/** Some blocks of a file, read. */
interface Piece extends PiecePlace {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Batch {
  readonly pieces: readonly PiecePlace[];
  readonly blocks: Uint8Array<ArrayBuffer>;
}

class PathSeed implements BlockSeed {
  readonly name: string;
  /** The files that hold something wanted; memory does not grow with the rest. */
  readonly #files: SeedFile[] = [];

  constructor(path: string) {
    this.name = path;
  }

  async locate(wanted: WantedBlocks, options: LongOperationOptions): Promise<void> {
    let doneBytes = 0;
    const identify = async ({ pieces, blocks }: Batch) => ({ pieces, found: await wanted.identify(blocks) });
    for await (const { pieces, found } of inOrder(this.#batches(options), wanted.identifyAtOnce, identify)) {
      options.signal?.throwIfAborted();
      let at = 0;
      for (const { file, firstBlock, blocks } of pieces) {
        for (let index = 0; index < blocks; index += 1, at += 1) {
          const stored = found.zeros[at] === 1 ? -1 : wanted.find(found.ids, at * 4);
          if (stored !== -1) wanted.note(stored, this.#unitOf(file), firstBlock + index);
        }
        doneBytes += blocks * blockBytes;
      }
      releaseBuffer(found.blocks);
      options.onProgress?.({ phase: 'looking for blocks on this computer', doneBytes });
      if (wanted.remaining === 0) return;
    }
  }

  async read(place: SeedPlace): Promise<Uint8Array<ArrayBuffer>> {
    const file = this.#files[place.unit];
    if (file === undefined) return new Uint8Array(place.blocks * blockBytes);
    return await readFileBlocks({ ...place, path: file.path, isRegularOnly: !file.isNamed });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #unitOf(file: SeedFile): number {
    if (this.#files.at(-1) !== file) this.#files.push(file);
    return this.#files.length - 1;
  }

  async *#batches(options: LongOperationOptions): AsyncGenerator<Batch, void, undefined> {
    const read = async (place: PiecePlace): Promise<Piece> => {
      const { file, firstBlock, blocks } = place;
      const from = { path: file.path, firstBlock, blocks, isRegularOnly: !file.isNamed };
      return { ...place, bytes: await readFileBlocks(from) };
    };
    let pieces: Piece[] = [];
    let blocks = 0;
    for await (const piece of inOrder(this.#pieces(options), readsAtOnce, read)) {
      options.signal?.throwIfAborted();
      if (isZeroChunk(piece.bytes)) {
        releaseBuffer(piece.bytes);
        continue;
      }
      pieces.push(piece);
      blocks += piece.blocks;
      if (blocks < pieceBlocks) continue;
      yield { pieces, blocks: joined(pieces, blocks) };
      [pieces, blocks] = [[], 0];
    }
    if (blocks > 0) yield { pieces, blocks: joined(pieces, blocks) };
  }

  async *#pieces(options: LongOperationOptions): AsyncGenerator<PiecePlace, void, undefined> {
    for await (const file of seedFiles(this.name, options.signal)) {
      const end = Math.ceil(file.sizeBytes / blockBytes);
      for (let firstBlock = 0; firstBlock < end; firstBlock += pieceBlocks) {
        yield { file, firstBlock, blocks: Math.min(pieceBlocks, end - firstBlock) };
      }
    }
  }
}

/** One buffer for all pieces; their own are released. */
function joined(pieces: readonly Piece[], blocks: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(blocks * blockBytes);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, at);
    at += piece.bytes.length;
    releaseBuffer(piece.bytes);
  }
  return bytes;
}
