import { createHash } from 'node:crypto';
import type { LongOperationOptions } from '@carrel/kit';
import { damaged } from '../format/damaged.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { ImageLocation } from '../image/image-options.ts';
import type { BlockTable } from '../index/block-table.ts';
import { type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import { openVersion } from '../index/open-version.ts';
import { frameName, readFrames, type StoredFrames } from '../index/read-frames.ts';
import type { BlobRange, ReadOptions, RepositoryReader } from '../repository/repository.ts';
import { TransferMeter } from '../repository/transfer-meter.ts';
import { inOrder } from '../workers/in-order.ts';
import { WorkerPool } from '../workers/worker-pool.ts';

export interface VerifyOptions extends ImageLocation, LongOperationOptions {
  readonly threads?: number;
}

export interface VerifyReceipt {
  readonly digest: string;
  readonly blobs: number;
  readonly frames: number;
  readonly blocks: number;
  readonly bytesRead: number;
  readonly seconds: number;
}

/**
 * Reads and checks every byte of a version: digests of blobs, every index section, every frame, every block id.
 *
 * @throws {IMAGE_DATA_DAMAGED} naming the first object that is not what was packed, and what `openImage` throws
 */
export async function verifyImage(options: VerifyOptions): Promise<VerifyReceipt> {
  const startedMs = performance.now();
  const meter = new TransferMeter();
  const read: ReadOptions = { signal: options.signal, meter };
  const version = await openVersion(options, read);
  const { manifest, root } = version;
  for (const { digest } of root.indexBlobs) await verifyBlob(options.repository, digest, read);
  const index = await loadImageIndex(version, read);
  const ids = await loadBlockTable(index, read);
  await using pool = new WorkerPool(version.key, options.threads);
  const totalBytes = root.packs.reduce((sum, pack) => sum + pack.sizeBytes, 0);
  let doneBytes = 0;
  for (const [at, pack] of root.packs.entries()) {
    await verifyPack(index, at, ids, pool, read);
    doneBytes += pack.sizeBytes;
    options.onProgress?.({ phase: 'verifying', doneBytes, totalBytes });
  }
  return {
    digest: manifest.digest,
    // Manifest, config and root index were checked when they were opened.
    blobs: 3 + root.indexBlobs.length + root.packs.length,
    frames: index.frames.count,
    blocks: index.frames.blockCount,
    bytesRead: meter.bytesDownloaded,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function verifyBlob(repository: RepositoryReader, digest: string, read: ReadOptions): Promise<void> {
  const hashing = new HashingReader(repository);
  for await (const chunk of hashing.readBlob(digest, undefined, read)) releaseBuffer(chunk);
  hashing.check(digest);
}

/** Reads a pack once, checking its digest, its frames and the ids of its blocks. */
async function verifyPack(
  index: ImageIndex,
  at: number,
  ids: BlockTable,
  pool: WorkerPool,
  read: ReadOptions,
): Promise<void> {
  const [first, end] = [index.frames.packFrames[at] ?? 0, index.frames.packFrames[at + 1] ?? 0];
  const lengthBytes = index.packs[at]?.sizeBytes ?? 0;
  const range = { pack: at, offsetBytes: 0, lengthBytes, firstFrame: first, frames: end - first };
  const source = new HashingReader(index.version.repository);
  const open = async ({ firstFrame, stored, columns }: StoredFrames) => {
    const opened = await pool.run({ kind: 'decode', stored, frames: columns, isIdentifying: true });
    return { firstFrame, opened };
  };
  for await (const { firstFrame, opened } of inOrder(readFrames(index, range, source, read), 3, open)) {
    const bad = opened.badFrame;
    if (bad) throw damaged(frameName(index, firstFrame + bad.position), source.location, bad.reason);
    const firstBlock = index.frames.firstBlockOf(firstFrame);
    for (let block = 0; block * 4 < opened.ids.length; block += 1) {
      if (ids.isId(firstBlock + block, opened.ids, block * 4)) continue;
      const frame = index.frames.frameOf(firstBlock + block);
      throw damaged(frameName(index, frame), source.location, 'a block has another id than the index says');
    }
    releaseBuffer(opened.blocks);
  }
  source.check(index.packs[at]?.digest ?? '');
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

  async *readBlob(
    digest: string,
    range: BlobRange | undefined,
    options: ReadOptions,
  ): AsyncIterable<Uint8Array> {
    for await (const chunk of this.#repository.readBlob(digest, range, options)) {
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
