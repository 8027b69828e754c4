import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import { openVersion } from '../index/open-version.ts';
import type { ReadOptions } from '../repository/repository.ts';
import { TransferMeter } from '../repository/transfer-meter.ts';
import { scanSeeds } from '../seeds/scan-seeds.ts';
import { SeedIndex } from '../seeds/seed-index.ts';
import { sortSeeds } from '../seeds/sort-seeds.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { BlockPlaces } from './block-places.ts';
import { type DownloadOptions, downloadFrames } from './download-frames.ts';
import type { FetchOptions, FetchReceipt } from './fetch-options.ts';
import { PartialFile } from './partial-file.ts';
import { placeMirrored } from './place-mirrored.ts';
import { placeSeeds } from './place-seeds.ts';
import { PlacedBlocks } from './placed-blocks.ts';
import { planFetch } from './plan-fetch.ts';
import { resumePartialFile } from './resume.ts';
import { TokenBucket } from './token-bucket.ts';

const defaultConnections = 4;
// Opening frames is several times faster than making them.
const defaultThreads = Math.min(2, availableParallelism());

/**
 * Brings an image to a sparse local file with the fewest bytes. Run again after an interruption, it keeps what it
 * finds in the partial file and verifies.
 *
 * @throws {TARGET_EXISTS} {DISK_FULL} {IMAGE_DATA_DAMAGED} {REPOSITORY_UNREACHABLE}, and what `openImage` throws
 */
export async function fetchImage(options: FetchOptions): Promise<FetchReceipt> {
  const startedMs = performance.now();
  const meter = new TransferMeter();
  const rate = options.rateLimitBytesPerSecond;
  const limiter = rate === undefined ? undefined : new TokenBucket(rate);
  const read: ReadOptions = { signal: options.signal, meter, limiter };
  await PartialFile.checkTarget(options.outputPath, options.force ?? false);
  const version = await openVersion(options, read);
  const index = await loadImageIndex(version, read);
  const file = await PartialFile.open(options.outputPath, index.version.root.virtualSizeBytes);
  await using _close = file;
  try {
    const fetch = new ImageFetch(options, read, index, file);
    await fetch.run();
    await file.complete();
    return {
      digest: version.manifest.digest,
      imageBytes: version.root.virtualSizeBytes,
      dataBytes: version.root.dataBytes,
      bytesDownloaded: meter.bytesDownloaded,
      bytesFromSeeds: fetch.bytesFromSeeds,
      bytesResumed: fetch.bytesResumed,
      requests: meter.requests,
      seconds: (performance.now() - startedMs) / 1000,
    };
  } catch (error) {
    // On a full disk the partial file is the problem; otherwise the next run goes on with it.
    if (isAppError(error, 'DISK_FULL')) await file.remove();
    throw error;
  }
}

/** One fetch under way. */
class ImageFetch {
  bytesFromSeeds = 0;
  bytesResumed = 0;
  readonly #options: FetchOptions;
  readonly #read: ReadOptions;
  readonly #index: ImageIndex;
  readonly #file: PartialFile;
  readonly #placed: PlacedBlocks;
  readonly #seeds: SeedIndex;

  constructor(options: FetchOptions, read: ReadOptions, index: ImageIndex, file: PartialFile) {
    this.#options = options;
    this.#read = read;
    this.#index = index;
    this.#file = file;
    this.#placed = new PlacedBlocks(file, new BlockPlaces(index.runs, index.frames.blockCount));
    this.#seeds = new SeedIndex(index.frames.blockCount);
  }

  async run(): Promise<void> {
    const { mirrors, paths } = await sortSeeds(this.#options.seeds ?? []);
    await using pool = new WorkerPool(this.#index.version.key, this.#options.threads ?? defaultThreads);
    if (this.#file.isResumed || paths.length > 0) await this.#useLocalBlocks(pool, paths);
    await this.#checkSpace();
    const download: DownloadOptions = {
      index: this.#index,
      pool,
      placed: this.#placed,
      connections: this.#options.connections ?? defaultConnections,
      read: this.#read,
      isNeeded: (frame) => this.#isFrameMissing(frame),
    };
    if (mirrors.length > 0) {
      this.bytesFromSeeds += await placeMirrored(this.#plan().ranges, mirrors, download);
    }
    const { ranges, downloadBytes } = this.#plan();
    this.#report('downloading', 0, downloadBytes);
    let done = 0;
    const meter = {
      addRequest: () => this.#read.meter?.addRequest(),
      addBytes: (count: number) => {
        this.#read.meter?.addBytes(count);
        done += count;
        this.#report('downloading', Math.min(done, downloadBytes), downloadBytes);
      },
    };
    await downloadFrames(ranges, this.#options.repository, { ...download, read: { ...this.#read, meter } });
  }

  /** What an interrupted run left, then what seeds hold. */
  async #useLocalBlocks(pool: WorkerPool, paths: readonly string[]): Promise<void> {
    const ids = await loadBlockTable(this.#index, this.#read);
    const { signal, onProgress } = this.#options;
    const common = { pool, ids, ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const placed = this.#placed;
    if (this.#file.isResumed) {
      await resumePartialFile({ ...common, file: this.#file, runs: this.#index.runs, placed });
      this.bytesResumed = placed.doneCount * blockBytes;
    }
    if (paths.length === 0) return;
    const isWanted = (stored: number): boolean => placed.isMissing(stored);
    const wantedCount = this.#countMissing();
    await scanSeeds({ ...common, paths, seeds: this.#seeds, isWanted, wantedCount });
    const frames = this.#index.frames;
    const onPlaced = (bytes: number): void => {
      this.bytesFromSeeds += bytes;
      this.#report('copying from this computer', this.bytesFromSeeds, this.#seeds.found * blockBytes);
    };
    await placeSeeds({ pool, ids, frames, placed, seeds: this.#seeds, signal, onPlaced });
  }

  #plan() {
    return planFetch(this.#index.frames, (frame) => this.#isFrameMissing(frame));
  }

  #isFrameMissing(frame: number): boolean {
    const { frames } = this.#index;
    const end = frames.firstBlockOf(frame + 1);
    for (let stored = frames.firstBlockOf(frame); stored < end; stored += 1) {
      if (this.#placed.isMissing(stored)) return true;
    }
    return false;
  }

  #countMissing(): number {
    let missing = 0;
    for (let stored = 0; stored < this.#index.frames.blockCount; stored += 1) {
      if (this.#placed.isMissing(stored)) missing += 1;
    }
    return missing;
  }

  /** Better to hear it before an hour of downloading than after. */
  async #checkSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.#file.path));
    const neededBytes = this.#index.version.root.dataBytes - this.#placed.doneCount * blockBytes;
    if (bavail * bsize < neededBytes)
      throw fail('DISK_FULL', { path: this.#options.outputPath, neededBytes });
  }

  #report(phase: string, doneBytes: number, totalBytes: number): void {
    this.#options.onProgress?.({ phase, doneBytes, totalBytes });
  }
}
