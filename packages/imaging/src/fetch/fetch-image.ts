import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { countersOf, SeedMeter } from '../image/transferred.ts';
import type { BlockTable } from '../index/block-table.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import { locateInSeeds, SeedPlaces } from '../seeds/seed-places.ts';
import { BlockPlaces } from './block-places.ts';
import { downloadFrames } from './download-frames.ts';
import { lockFetch } from './fetch-lock.ts';
import type { FetchForecast, FetchOptions, FetchReceipt, ForecastOptions } from './fetch-options.ts';
import { forecastFetch, isMissing, planMissing } from './forecast.ts';
import { PartialFile } from './partial-file.ts';
import { placeSeeds } from './place-seeds.ts';
import { PlacedBlocks } from './placed-blocks.ts';
import { gapWorthReading } from './plan-fetch.ts';
import { type PreparedFetch, prepareFetch } from './prepare-fetch.ts';
import { resumePartialFile } from './resume.ts';

const defaultConnections = 4;

/**
 * Brings an image to a sparse local file with the fewest bytes. Run again after an interruption, it keeps what it
 * finds in the partial file and verifies. When the disk becomes full on the way, the partial file is removed.
 *
 * @throws {TARGET_EXISTS} {TARGET_IN_USE} {DISK_FULL} {IMAGE_DATA_DAMAGED} {REPOSITORY_UNREACHABLE}, and what
 * `openImage` throws
 */
export async function fetchImage(options: FetchOptions): Promise<FetchReceipt> {
  const startedMs = performance.now();
  await PartialFile.checkTarget(options.outputPath, options.force ?? false);
  await using _lock = await lockFetch(options.outputPath);
  await using prepared = await prepareFetch(options);
  const { root, manifest } = prepared.index.version;
  await using file = await PartialFile.open(options.outputPath, root.virtualSizeBytes);
  try {
    const fetch = new ImageFetch(options, prepared, file);
    await fetch.run();
    await file.complete();
    return {
      digest: manifest.digest,
      imageBytes: root.virtualSizeBytes,
      dataBytes: root.dataBytes,
      ...fetch.counters(),
      bytesResumed: fetch.bytesResumed,
      seconds: (performance.now() - startedMs) / 1000,
    };
  } catch (error) {
    // On a full disk the partial file is the problem; otherwise the next run goes on with it.
    if (isAppError(error, 'DISK_FULL') && (file.isWritten || !file.isResumed)) await file.remove();
    throw error;
  }
}

/**
 * What a fetch would take from where. Reads the index and looks through seeds; writes nothing, and does not see what
 * an interrupted fetch left.
 *
 * @throws what `fetchImage` throws before it downloads
 */
export async function forecastImage(options: ForecastOptions): Promise<FetchForecast> {
  await using prepared = await prepareFetch(options);
  const { index, holders, places } = prepared;
  const placed = new PlacedBlocks(
    index.version.root.virtualSizeBytes,
    new BlockPlaces(index.runs, index.frames.blockCount),
  );
  const gapBytes = gapWorthReading(index.version.roundTripMs, defaultConnections);
  const parts = { index, holders, placed, frames: index.frames, gapBytes };
  const ids = places.seeds.length === 0 ? undefined : await loadBlockTable(index, prepared.read);
  return await forecastFetch({ ...parts, seeds: await locateSeeds(options, prepared, placed, ids) });
}

/** One fetch under way. */
class ImageFetch {
  bytesResumed = 0;
  readonly #options: FetchOptions;
  readonly #prepared: PreparedFetch;
  readonly #file: PartialFile;
  readonly #placed: PlacedBlocks;
  readonly #seedMeter = new SeedMeter();
  #stagedBytes = 0;

  constructor(options: FetchOptions, prepared: PreparedFetch, file: PartialFile) {
    const { runs, frames } = prepared.index;
    this.#options = options;
    this.#prepared = prepared;
    this.#file = file;
    this.#placed = new PlacedBlocks(file.sizeBytes, new BlockPlaces(runs, frames.blockCount));
  }

  counters() {
    return countersOf(this.#prepared.sources, this.#seedMeter, this.#stagedBytes);
  }

  async run(): Promise<void> {
    const { index, places, read } = this.#prepared;
    const isLocal = this.#file.isResumed || places.seeds.length > 0;
    const ids = isLocal ? await loadBlockTable(index, read) : undefined;
    if (this.#file.isResumed && ids) await this.#resume(ids);
    const seeds = await locateSeeds(this.#options, this.#prepared, this.#placed, ids);
    await this.#checkSpace();
    const forecast = await forecastFetch({ ...this.#parts, seeds });
    this.#options.onPlan?.(forecast);
    if (ids) await this.#placeSeeds(ids, seeds);
    await this.#download();
  }

  get #connections(): number {
    return this.#options.connections ?? defaultConnections;
  }

  get #parts() {
    const { index, holders } = this.#prepared;
    const gapBytes = gapWorthReading(index.version.roundTripMs, this.#connections);
    return { index, holders, placed: this.#placed, frames: index.frames, gapBytes };
  }

  async #resume(ids: BlockTable): Promise<void> {
    const { index, pool } = this.#prepared;
    const { signal, onProgress } = this.#options;
    const common = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    await resumePartialFile({
      ...common,
      pool,
      ids,
      file: this.#file,
      runs: index.runs,
      placed: this.#placed,
    });
    this.bytesResumed = this.#placed.doneCount * blockBytes;
  }

  async #placeSeeds(ids: BlockTable, seeds: SeedPlaces): Promise<void> {
    const { pool, index } = this.#prepared;
    const totalBytes = seeds.found * blockBytes;
    await placeSeeds({
      pool,
      ids,
      seeds,
      frames: index.frames,
      file: this.#file,
      placed: this.#placed,
      signal: this.#options.signal,
      onPlaced: (seed, bytes) => {
        this.#seedMeter.add(seed, bytes);
        this.#report('copying from this computer', this.#seedMeter.bytes, totalBytes);
      },
    });
  }

  async #download(): Promise<void> {
    const { index, holders, pool, read } = this.#prepared;
    const { ranges, downloadBytes } = planMissing(this.#parts);
    let doneBytes = 0;
    this.#report('downloading', 0, downloadBytes);
    const meter = {
      addRequest: () => undefined,
      addBytes: (count: number) => {
        doneBytes += count;
        this.#report('downloading', Math.min(doneBytes, downloadBytes), downloadBytes);
      },
    };
    await downloadFrames(ranges, {
      index,
      holders,
      pool,
      file: this.#file,
      placed: this.#placed,
      connections: this.#connections,
      read: { ...read, meter },
      isNeeded: (frame) => isMissing(this.#parts, frame),
      onFrame: this.#options.onFrame,
      onPlaced: (source, bytes) => {
        if (source.kind === 'staged') this.#stagedBytes += bytes;
      },
    });
  }

  /** Better to hear it before an hour of downloading than after. */
  async #checkSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.#file.path));
    const neededBytes = this.#prepared.index.version.root.dataBytes - this.#placed.doneCount * blockBytes;
    if (bavail * bsize < neededBytes)
      throw fail('DISK_FULL', { path: this.#options.outputPath, neededBytes });
  }

  #report(phase: string, doneBytes: number, totalBytes: number): void {
    this.#options.onProgress?.({ phase, doneBytes, totalBytes });
  }
}

/** Where seeds hold what is missing; nothing where there are none. */
async function locateSeeds(
  { signal, onProgress }: ForecastOptions,
  { index, pool, places }: PreparedFetch,
  placed: PlacedBlocks,
  ids: BlockTable | undefined,
): Promise<SeedPlaces> {
  const isWanted = (stored: number): boolean => placed.isMissing(stored);
  if (ids === undefined || places.seeds.length === 0) return new SeedPlaces(0, isWanted);
  const common = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  return await locateInSeeds({ ...common, index, ids, pool, seeds: places.seeds, isWanted });
}
