import type { BlockSeed } from '../seeds/block-seed.ts';
import type { SourceSet } from '../sources/index.ts';
import type { TransferCounters, TransferredFrom } from './image-reader.ts';

/** Adds up what seeds gave. */
export class SeedMeter {
  readonly #seeds = new Map<BlockSeed, { bytes: number; requests: number }>();

  /** A seed was read, and so many bytes of blocks in it were what they should be. */
  add(seed: BlockSeed, bytes: number): void {
    const sum = this.#seeds.get(seed) ?? { bytes: 0, requests: 0 };
    this.#seeds.set(seed, { bytes: sum.bytes + bytes, requests: sum.requests + 1 });
  }

  get bytes(): number {
    return [...this.#seeds.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  totals(): readonly TransferredFrom[] {
    return [...this.#seeds].map(([{ name }, sum]) => ({ name, kind: 'seed', ...sum }));
  }
}

/**
 * What was taken from where.
 *
 * @param stagedBytes bytes of blocks that came from staged layouts
 */
export function countersOf(sources: SourceSet, seeds: SeedMeter, stagedBytes: number): TransferCounters {
  const totals = sources.totals().map(({ location, kind, bytesDownloaded, requests }): TransferredFrom => {
    return { name: location, kind, bytes: bytesDownloaded, requests };
  });
  const far = totals.filter(({ kind }) => kind !== 'staged');
  return {
    bytesDownloaded: far.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: far.reduce((sum, { requests }) => sum + requests, 0),
    bytesFromSeeds: seeds.bytes + stagedBytes,
    sources: [...totals, ...seeds.totals()].filter(({ requests }) => requests > 0),
  };
}
