import { blockBytes } from '../format/constants.ts';
import type { TransferredFrom } from '../image/image-reader.ts';
import type { ImageIndex } from '../index/image-index.ts';
import type { PackHolders } from '../index/pack-holders.ts';
import type { BlockSeed } from '../seeds/block-seed.ts';
import type { FrameSource } from '../sources/index.ts';
import type { FetchForecast } from './fetch-options.ts';
import { isSupplied, type SuppliedFrames, suppliedRuns } from './place-seeds.ts';
import { type FetchPlan, planFetch } from './plan-fetch.ts';

export interface ForecastParts extends SuppliedFrames {
  readonly index: ImageIndex;
  readonly holders: PackHolders;
  /** Needed frames this near are read with one request. */
  readonly gapBytes: number;
}

/** What is to be transferred, and from where as far as it can be told beforehand. */
export async function forecastFetch(parts: ForecastParts): Promise<FetchForecast> {
  const { index, holders, placed, frames, gapBytes } = parts;
  const { root, manifest, sources } = index.version;
  const isNeeded = (frame: number): boolean => isMissing(parts, frame) && !isSupplied(parts, frame);
  const sums = new Sums();
  let supplied = 0;
  for (const { seed, blocks } of suppliedRuns(parts)) {
    sums.add(seed, { name: seed.name, kind: 'seed', bytes: blocks * blockBytes, requests: 1 });
    supplied += blocks;
  }
  let foundBytes = (placed.doneCount + supplied) * blockBytes;
  const far = { bytes: 0, requests: 0 };
  for (const range of planFetch(frames, isNeeded, gapBytes).ranges) {
    const source = await firstHolder(sources.candidates(), holders, range.pack);
    if (source === undefined) continue;
    const { repository, kind } = source;
    sums.add(source, { name: repository.location, kind, bytes: range.lengthBytes, requests: 1 });
    if (kind === 'staged') foundBytes += missingBytes(parts, range.firstFrame, range.frames);
    else [far.bytes, far.requests] = [far.bytes + range.lengthBytes, far.requests + 1];
  }
  return {
    digest: manifest.digest,
    imageBytes: root.virtualSizeBytes,
    dataBytes: root.dataBytes,
    foundBytes,
    downloadBytes: far.bytes,
    requests: far.requests,
    sources: sums.all(),
  };
}

/** The ranges to be read from packs, wherever they lie. */
export function planMissing(parts: Pick<ForecastParts, 'frames' | 'placed' | 'gapBytes'>): FetchPlan {
  return planFetch(parts.frames, (frame) => isMissing(parts, frame), parts.gapBytes);
}

/** Whether some block of the frame is not in place. */
export function isMissing(
  { frames, placed }: Pick<ForecastParts, 'frames' | 'placed'>,
  frame: number,
): boolean {
  const end = frames.firstBlockOf(frame + 1);
  for (let stored = frames.firstBlockOf(frame); stored < end; stored += 1) {
    if (placed.isMissing(stored)) return true;
  }
  return false;
}

function missingBytes({ frames, placed }: ForecastParts, firstFrame: number, count: number): number {
  let missing = 0;
  const end = frames.firstBlockOf(firstFrame + count);
  for (let stored = frames.firstBlockOf(firstFrame); stored < end; stored += 1) {
    missing += placed.missingPlaces(stored);
  }
  return missing * blockBytes;
}

/** What peers hold cannot be told beforehand. */
async function firstHolder(
  candidates: readonly FrameSource[],
  holders: PackHolders,
  pack: number,
): Promise<FrameSource | undefined> {
  for (const source of candidates) {
    if (source.kind !== 'peer' && (await holders.holds(source, pack))) return source;
  }
  return undefined;
}

class Sums {
  readonly #sums = new Map<FrameSource | BlockSeed, TransferredFrom>();

  add(from: FrameSource | BlockSeed, { name, kind, bytes, requests }: TransferredFrom): void {
    const sum = this.#sums.get(from) ?? { bytes: 0, requests: 0 };
    this.#sums.set(from, { name, kind, bytes: sum.bytes + bytes, requests: sum.requests + requests });
  }

  all(): readonly TransferredFrom[] {
    return [...this.#sums.values()];
  }
}
