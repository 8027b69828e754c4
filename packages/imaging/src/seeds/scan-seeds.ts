import type { LongOperationOptions } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlockTable } from '../index/block-table.ts';
import { isZeroChunk } from '../pack/read-chunks.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import { type SeedFile, seedFiles } from './seed-files.ts';
import { readSeedBlocks, type SeedIndex } from './seed-index.ts';

const pieceBlocks = 256;
const readsAtOnce = 8;

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

export interface ScanSeedsOptions extends LongOperationOptions {
  readonly paths: readonly string[];
  readonly pool: WorkerPool;
  /** Ids of the stored blocks of the image; their numbers are noted. */
  readonly ids: BlockTable;
  /** Blocks that are of use; the scan ends when all were seen. */
  readonly wantedCount: number;
  readonly isWanted: (stored: number) => boolean;
  readonly seeds: SeedIndex;
}

/**
 * Reads seeds from end to end and notes which stored blocks they hold. Memory does not grow with their size.
 *
 * @throws {SOURCE_NOT_FOUND} when a path does not exist
 */
export async function scanSeeds(options: ScanSeedsOptions): Promise<void> {
  const { pool, ids, seeds, signal } = options;
  let doneBytes = 0;
  const identify = async (batch: Batch) => {
    const found = await pool.run({ kind: 'identify', blocks: batch.blocks });
    return { pieces: batch.pieces, found };
  };
  for await (const { pieces, found } of inOrder(batches(options), pool.threads * 2, identify)) {
    signal?.throwIfAborted();
    let at = 0;
    for (const { file, firstBlock, blocks } of pieces) {
      for (let index = 0; index < blocks; index += 1, at += 1) {
        if (found.zeros[at] === 1) continue;
        const stored = ids.find(found.ids, at * 4);
        if (stored !== -1 && options.isWanted(stored)) seeds.note(stored, file, firstBlock + index);
      }
      doneBytes += blocks * blockBytes;
    }
    releaseBuffer(found.blocks);
    options.onProgress?.({ phase: 'looking for blocks on this computer', doneBytes });
    if (seeds.found >= options.wantedCount) return;
  }
}

async function* batches(options: ScanSeedsOptions): AsyncGenerator<Batch> {
  const read = async (place: PiecePlace): Promise<Piece> => {
    return { ...place, bytes: await readSeedBlocks(place.file, place.firstBlock, place.blocks) };
  };
  let pieces: Piece[] = [];
  let blocks = 0;
  for await (const piece of inOrder(piecePlaces(options), readsAtOnce, read)) {
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

async function* piecePlaces(options: ScanSeedsOptions): AsyncGenerator<PiecePlace> {
  for (const path of options.paths) {
    for await (const file of seedFiles(path, options.signal)) {
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
