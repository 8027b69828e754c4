import { borg, borgPlain } from '../peers/borg.ts';
import { casync } from '../peers/casync.ts';
import { restic } from '../peers/restic.ts';
import { xdelta3 } from '../peers/xdelta3.ts';
import { zchunk } from '../peers/zchunk.ts';
import { zstd } from '../peers/zstd.ts';
import { coldStart, fetchNames, floor, guestDisk, large, nbd, threeVersions } from '../scenarios/names.ts';
import type { Figure } from './figures.ts';

type Unit = 'bytes' | 'requests' | 'seconds' | 'storeBytes' | 'peakMemoryBytes';

/** One row of what must be reached: our figure ÷ another's, or our figure alone. */
export interface Target {
  readonly what: string;
  readonly unit: Unit;
  readonly scenario: string;
  /** The other figure is of the best of these; without any our own figure is limited. */
  readonly against: readonly string[];
  /** Where theirs is to be found, when it is not in the same scenario. */
  readonly theirScenario?: string;
  readonly atMost: number;
}

/** What a target is judged by. */
export interface Judgement {
  readonly target: Target;
  readonly ours: number;
  readonly theirs: number | undefined;
  /** Their ratio, or our figure where there is no other. */
  readonly reached: number;
  readonly isMet: boolean;
}

const { cold, host, inPlace, rebuilt, rebuiltHost } = fetchNames;
const megabyte = 1e6;

export const targets: readonly Target[] = [
  row('pack, wall time', 'seconds', 'pack v1', [casync.name], 0.1),
  row('pack, wall time', 'seconds', 'pack v1', [restic.name, borg.name, borgPlain.name], 1),
  row('store size of three versions', 'storeBytes', threeVersions, [casync.name], 0.9),
  row('cold fetch, bytes', 'bytes', cold, [casync.name], 1),
  row('cold fetch with the host’s files as seed, bytes', 'bytes', host, [casync.name], 0.7),
  row('rebuilt update, bytes', 'bytes', rebuilt, [casync.name], 0.85),
  row('rebuilt update, bytes', 'bytes', rebuilt, [zchunk.name], 1),
  row('rebuilt update, bytes', 'bytes', rebuilt, [floor], 1.2),
  {
    ...row('rebuilt update with the host’s files too, bytes', 'bytes', rebuiltHost, [xdelta3.name], 1),
    theirScenario: rebuilt,
  },
  row('in-place update, bytes', 'bytes', inPlace, [casync.name], 1),
  row('cold fetch, wall time', 'seconds', cold, [zstd.name], 1.5),
  row('requests for the rebuilt update', 'requests', rebuilt, [casync.name], 0.05),
  row('requests for the rebuilt update', 'requests', rebuilt, [], 200),
  row('requests for the in-place update', 'requests', inPlace, [casync.name], 0.05),
  row('requests for the in-place update', 'requests', inPlace, [], 200),
  row('NBD sequential read, wall time', 'seconds', nbd.read, [nbd.peer], 8),
  row('guest disk read once streamed, wall time', 'seconds', guestDisk.read, [guestDisk.encrypted], 1),
  row('guest disk read once streamed, wall time', 'seconds', guestDisk.read, [guestDisk.plain], 1),
  row('cold start at 50 Mbit/s, Debian image', 'seconds', coldStart.debian.start, [coldStart.peer], 1.3),
  row('cold start at 50 Mbit/s, tiny guest', 'seconds', coldStart.tiny.start, [coldStart.peer], 1.3),
  row('peak memory, large disk: pack', 'peakMemoryBytes', large.pack, [], 400 * megabyte),
  row('peak memory, large disk: fetch', 'peakMemoryBytes', large.fetch, [], 400 * megabyte),
  row('peak memory, large disk: NBD', 'peakMemoryBytes', large.read, [], 400 * megabyte),
];

/** Judges the targets whose figures were measured. */
export function judge(figures: readonly Figure[]): Judgement[] {
  return targets.flatMap((target): Judgement[] => {
    const ours = figureOf(figures, target.scenario, 'Carrel', target.unit);
    if (ours === undefined) return [];
    if (target.against.length === 0) {
      return [{ target, ours, theirs: undefined, reached: ours, isMet: ours <= target.atMost }];
    }
    const all = target.against.map((who) =>
      figureOf(figures, target.theirScenario ?? target.scenario, who, target.unit),
    );
    const known = all.filter((figure) => figure !== undefined);
    if (known.length === 0) return [];
    const theirs = Math.min(...known);
    return [{ target, ours, theirs, reached: ours / theirs, isMet: ours / theirs <= target.atMost }];
  });
}

function row(what: string, unit: Unit, scenario: string, against: readonly string[], atMost: number): Target {
  return { what, unit, scenario, against, atMost };
}

function figureOf(figures: readonly Figure[], scenario: string, who: string, unit: Unit): number | undefined {
  return figures.find((figure) => figure.scenario === scenario && figure.who === who)?.[unit];
}
