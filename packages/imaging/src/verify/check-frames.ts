import { createHash } from 'node:crypto';
import { damaged } from '../format/damaged.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlockTable } from '../index/block-table.ts';
import type { ImageIndex } from '../index/image-index.ts';
import { type FrameRange, frameName, readFrames, type StoredFrames } from '../index/read-frames.ts';
import type { ReadOptions, RepositoryReader } from '../repository/repository.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { ProblemList } from './problems.ts';

export interface FrameCheck {
  readonly index: ImageIndex;
  readonly ids: BlockTable;
  readonly pool: WorkerPool;
  readonly read: ReadOptions;
  readonly problems: ProblemList;
  /** Told of the stored bytes of each batch that was looked at. */
  readonly onChecked: (storedBytes: number) => void;
}

/** Reads a pack from end to end, checking its digest, its frames and the ids of its blocks. */
export async function checkPack(check: FrameCheck, pack: number): Promise<void> {
  const { index, problems } = check;
  const [first, end] = [index.frames.packFrames[pack] ?? 0, index.frames.packFrames[pack + 1] ?? 0];
  const { digest = '', sizeBytes = 0 } = index.packs[pack] ?? {};
  const hashing = new HashingReader(index.version.repository);
  const before = problems.count;
  const range = { pack, offsetBytes: 0, lengthBytes: sizeBytes, firstFrame: first, frames: end - first };
  await problems.noting(digest, async () => {
    await checkRange(check, range, hashing);
    // Frames that were told of make another digest; that says nothing new.
    if (problems.count === before) hashing.check(digest);
  });
}

/** Checks the frames of one pack that are wanted, and the ids of their blocks. */
export async function checkRange(
  check: FrameCheck,
  range: FrameRange,
  source: Pick<RepositoryReader, 'readBlob' | 'location'> = check.index.version.repository,
  isWanted?: (frame: number) => boolean,
): Promise<void> {
  const { index, pool, read } = check;
  const open = async ({ firstFrame, frames, stored, columns }: StoredFrames) => {
    const storedBytes = stored.length;
    const opened = await pool.run({ kind: 'decode', stored, frames: columns, isIdentifying: true });
    return { firstFrame, frames, storedBytes, opened };
  };
  const unread: FrameRange[] = [];
  for await (const batch of inOrder(readFrames(index, range, source, read, isWanted), 3, open)) {
    const { firstFrame, opened } = batch;
    const bad = opened.badFrame;
    if (bad) {
      note(check, firstFrame + bad.position, bad.reason);
      const next = firstFrame + bad.position + 1;
      if (next < firstFrame + batch.frames) unread.push(rangeOf(index, next, firstFrame + batch.frames));
      // The frames before it were opened, but their ids not computed.
      if (bad.position > 0) unread.push(rangeOf(index, firstFrame, firstFrame + bad.position));
    } else {
      checkIds(check, firstFrame, opened.ids);
      check.onChecked(batch.storedBytes);
    }
    releaseBuffer(opened.blocks);
  }
  for (const rest of unread) await checkRange(check, rest, undefined, isWanted);
}

/** The range of frames `from` to `to` (excluded) of one pack. */
export function rangeOf(index: ImageIndex, from: number, to: number): FrameRange {
  const first = index.frames.place(from);
  const last = index.frames.place(to - 1);
  const lengthBytes = last.offsetBytes + last.storedBytes - first.offsetBytes;
  return {
    pack: first.pack,
    offsetBytes: first.offsetBytes,
    lengthBytes,
    firstFrame: from,
    frames: to - from,
  };
}

function checkIds(check: FrameCheck, firstFrame: number, ids: Uint32Array): void {
  const { frames } = check.index;
  const firstBlock = frames.firstBlockOf(firstFrame);
  let toldFrame = -1;
  for (let block = 0; block * 4 < ids.length; block += 1) {
    if (check.ids.isId(firstBlock + block, ids, block * 4)) continue;
    const frame = frames.frameOf(firstBlock + block);
    if (frame !== toldFrame) note(check, frame, 'a block has another id than the index says');
    toldFrame = frame;
  }
}

function note({ index, problems }: FrameCheck, frame: number, reason: string): void {
  const { pack, offsetBytes } = index.frames.place(frame);
  const error = damaged(frameName(index, frame), index.version.repository.location, reason);
  problems.add({ blob: index.packs[pack]?.digest ?? '', offsetBytes, error });
}

/** Reads a blob from end to end and checks its digest. @throws {IMAGE_DATA_DAMAGED} {IMAGE_DATA_MISSING} */
export async function checkBlob(
  repository: RepositoryReader,
  digest: string,
  read: ReadOptions,
): Promise<void> {
  const hashing = new HashingReader(repository);
  for await (const chunk of hashing.readBlob(digest, undefined, read)) releaseBuffer(chunk);
  hashing.check(digest);
}

/** Hashes what is read through it. */
class HashingReader implements Pick<RepositoryReader, 'readBlob' | 'location'> {
  readonly location: string;
  readonly #repository: RepositoryReader;
  readonly #hash = createHash('sha256');

  constructor(repository: RepositoryReader) {
    this.#repository = repository;
    this.location = repository.location;
  }

  async *readBlob(...request: Parameters<RepositoryReader['readBlob']>): AsyncIterable<Uint8Array> {
    for await (const chunk of this.#repository.readBlob(...request)) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /** @throws {IMAGE_DATA_DAMAGED} unless all that was read has this digest */
  check(digest: string): void {
    const found = `sha256:${this.#hash.digest('hex')}`;
    if (found !== digest) throw damaged(`Blob ${digest}`, this.location, 'it has another digest');
  }
}
