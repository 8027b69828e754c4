import { abortReason } from '@carrel/kit';
import type { DiskExtent } from '../disk/disk-reader.ts';
import { createBlockIdentifier } from '../format/block-id.ts';
import { blockBytes } from '../format/constants.ts';
import type { BlockTable } from '../index/block-table.ts';
import { type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import { openVersion } from '../index/open-version.ts';
import { TransferMeter } from '../repository/transfer-meter.ts';
import { scanSeeds } from '../seeds/scan-seeds.ts';
import { readSeedBlocks, SeedIndex } from '../seeds/seed-index.ts';
import { sortSeeds } from '../seeds/sort-seeds.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { FrameLoader } from './frame-loader.ts';
import type { ImageReader, OpenImageOptions, TransferCounters } from './image-reader.ts';
import { summarize } from './inspect-image.ts';

const defaultCacheBytes = 64 * 1024 * 1024;
const maxReadAheadFrames = 64;

/**
 * Opens a packed image for reading on demand. Seeds are read through once before it resolves. The caller disposes of
 * it, and of the repository after it.
 *
 * @throws {IMAGE_NOT_IN_REPOSITORY} {IMAGE_NOT_CARREL} {IMAGE_FORMAT_NEWER} {IMAGE_KEY_MISSING} {IMAGE_KEY_WRONG}
 * {IMAGE_DATA_DAMAGED} {REPOSITORY_UNREACHABLE}
 */
export async function openImage(options: OpenImageOptions): Promise<ImageReader> {
  const meter = new TransferMeter();
  const { signal, limiter } = options;
  const version = await openVersion(options, { signal, meter, limiter });
  const index = await loadImageIndex(version, { signal, meter, limiter });
  const { mirrors, paths } = await sortSeeds(options.seeds ?? []);
  const seeds = paths.length === 0 ? undefined : await findSeeds(index, paths, meter, options);
  const closing = new AbortController();
  const loader = new FrameLoader({
    index,
    sources: [...mirrors, options.repository],
    cacheBytes: options.cacheBytes ?? defaultCacheBytes,
    read: { signal: closing.signal, meter, limiter },
    onBadData: options.onBadData,
  });
  return new PackedImage(index, loader, seeds, meter, closing);
}

interface FoundSeeds {
  readonly index: SeedIndex;
  readonly ids: BlockTable;
}

async function findSeeds(
  index: ImageIndex,
  paths: readonly string[],
  meter: TransferMeter,
  options: OpenImageOptions,
): Promise<FoundSeeds> {
  const { signal, limiter } = options;
  const ids = await loadBlockTable(index, { signal, meter, limiter });
  const seeds = new SeedIndex(index.frames.blockCount);
  await using pool = new WorkerPool(index.version.key);
  const wantedCount = index.frames.blockCount;
  await scanSeeds({ paths, pool, ids, seeds, wantedCount, isWanted: () => true, ...(signal && { signal }) });
  return { index: seeds, ids };
}

class PackedImage implements ImageReader {
  readonly image;
  readonly sizeBytes: number;
  readonly #index: ImageIndex;
  readonly #loader: FrameLoader;
  readonly #seeds: FoundSeeds | undefined;
  readonly #meter: TransferMeter;
  readonly #closing: AbortController;
  readonly #identify;
  #bytesFromSeeds = 0;
  #nextOffset = 0;
  #readAhead = 0;

  constructor(
    index: ImageIndex,
    loader: FrameLoader,
    seeds: FoundSeeds | undefined,
    meter: TransferMeter,
    closing: AbortController,
  ) {
    this.#index = index;
    this.#loader = loader;
    this.#seeds = seeds;
    this.#meter = meter;
    this.#closing = closing;
    this.image = summarize(index.version.manifest, index.version.config);
    this.sizeBytes = index.version.root.virtualSizeBytes;
    this.#identify = createBlockIdentifier(index.version.keys);
  }

  counters(): TransferCounters {
    const { bytesDownloaded, requests } = this.#meter;
    return { bytesDownloaded, requests, bytesFromSeeds: this.#bytesFromSeeds };
  }

  async read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes > this.sizeBytes) {
      throw new RangeError(`Bytes ${offsetBytes}+${lengthBytes} lie outside of the disk.`);
    }
    const bytes = new Uint8Array(lengthBytes);
    const filling = this.#fill(bytes, offsetBytes);
    // What is loaded serves other readers too, so an abort only ends the waiting.
    await (signal === undefined ? filling : untilAborted(filling, signal));
    return bytes;
  }

  async *extents(offsetBytes: number, lengthBytes: number): AsyncIterable<DiskExtent> {
    const end = offsetBytes + lengthBytes;
    let next = offsetBytes;
    const runs = this.#index.runs.within(Math.floor(offsetBytes / blockBytes), Math.ceil(end / blockBytes));
    let data: { start: number; end: number } | undefined;
    for (const run of runs) {
      const [start, stop] = [run.block * blockBytes, (run.block + run.blocks) * blockBytes];
      if (data?.end === start) {
        data.end = stop;
        continue;
      }
      if (data) yield* clipped(next, Math.max(next, data.start), Math.min(end, data.end));
      if (data) next = Math.min(end, data.end);
      data = { start, end: stop };
    }
    if (data) yield* clipped(next, Math.max(next, data.start), Math.min(end, data.end));
    if (data) next = Math.min(end, data.end);
    await Promise.resolve();
    if (next < end) yield { offsetBytes: next, lengthBytes: end - next, kind: 'zero' };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  async #fill(bytes: Uint8Array, offset: number): Promise<void> {
    const [first, end] = [Math.floor(offset / blockBytes), Math.ceil((offset + bytes.length) / blockBytes)];
    const readAhead = this.#sequentialReadAhead(offset, bytes.length);
    const runs = [...this.#index.runs.within(first, end)];
    const pending: { block: number; stored: number }[] = [];
    for (const run of runs) {
      for (let at = 0; at < run.blocks; ) {
        const place = { block: run.block + at, stored: run.stored + at };
        const seeded = await this.#fromSeed(bytes, offset, place, run.blocks - at);
        if (seeded === 0) pending.push(place);
        at += Math.max(1, seeded);
      }
    }
    const frames = new Set(pending.map(({ stored }) => this.#index.frames.frameOf(stored)));
    const loaded = await this.#loader.load(
      [...frames].toSorted((a, b) => a - b),
      readAhead,
    );
    for (const { block, stored } of pending) {
      const frame = this.#index.frames.frameOf(stored);
      const at = (stored - this.#index.frames.firstBlockOf(frame)) * blockBytes;
      const content = loaded.get(frame)?.subarray(at, at + blockBytes);
      if (content) copyBlock(bytes, offset, block, content);
    }
  }

  /** Copies as many blocks as one read of a seed gives; 0 when the first has to come from elsewhere. */
  async #fromSeed(
    bytes: Uint8Array,
    offset: number,
    place: { block: number; stored: number },
    maxBlocks: number,
  ): Promise<number> {
    const run = this.#seeds?.index.runAt(place.stored, Math.min(maxBlocks, 256));
    if (run === undefined || this.#seeds === undefined) return 0;
    const content = await readSeedBlocks(run.file, run.firstBlock, run.blocks);
    for (let at = 0; at < run.blocks; at += 1) {
      const block = content.subarray(at * blockBytes, (at + 1) * blockBytes);
      const words = new Uint32Array(new Uint8Array(this.#identify(block)).buffer);
      if (!this.#seeds.ids.isId(run.stored + at, words, 0)) {
        this.#seeds.index.forget(run.stored + at);
        return at;
      }
      copyBlock(bytes, offset, place.block + at, block);
      this.#bytesFromSeeds += blockBytes;
    }
    return run.blocks;
  }

  /** Doubles while reads follow each other, and falls back to nothing at a jump. */
  #sequentialReadAhead(offset: number, length: number): number {
    const isNext = offset === this.#nextOffset && offset > 0;
    this.#readAhead = isNext ? Math.min(maxReadAheadFrames, Math.max(4, this.#readAhead * 2)) : 0;
    this.#nextOffset = offset + length;
    return this.#readAhead;
  }
}

/** Copies the part of a block that lies in the buffer of a read. */
function copyBlock(bytes: Uint8Array, offset: number, block: number, content: Uint8Array): void {
  const at = block * blockBytes - offset;
  const skipped = Math.max(0, -at);
  bytes.set(content.subarray(skipped, Math.min(blockBytes, bytes.length - at)), at + skipped);
}

function* clipped(next: number, start: number, end: number): Generator<DiskExtent> {
  if (start > next) yield { offsetBytes: next, lengthBytes: start - next, kind: 'zero' };
  if (end > start) yield { offsetBytes: start, lengthBytes: end - start, kind: 'data' };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
