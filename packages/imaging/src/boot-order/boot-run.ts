import { maxBootRuns } from '../format/constants.ts';

/** Consecutive blocks of a disk, as the root index holds them: first block and count. */
export type BootRun = readonly [firstBlock: number, blocks: number];

/** A boot order of so many blocks (1 GiB) is cut: what is read that late a guest can wait for. */
export const maxBootBlocks = 262_144;

/** How a boot order was cut to its limits. */
export interface BoundedRuns {
  readonly runs: readonly BootRun[];
  /** The limit that was reached; `undefined` when nothing was left out. */
  readonly limit: 'runs' | 'bytes' | undefined;
}

/** Cuts a boot order to at most 4,096 runs and 1 GiB. What is read first is kept. */
export function boundRuns(runs: readonly BootRun[]): BoundedRuns {
  const kept: BootRun[] = [];
  let blocks = 0;
  for (const [first, count] of runs) {
    if (kept.length === maxBootRuns) return { runs: kept, limit: 'runs' };
    if (blocks === maxBootBlocks) return { runs: kept, limit: 'bytes' };
    const fitting = Math.min(count, maxBootBlocks - blocks);
    kept.push([first, fitting]);
    blocks += fitting;
    if (fitting < count) return { runs: kept, limit: 'bytes' };
  }
  return { runs: kept, limit: undefined };
}
