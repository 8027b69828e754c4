import type { DistributionChoice } from '../../decisions/index.ts';
import type { Candidate, Evaluator } from './evaluate.ts';
import type { Lever } from './levers.ts';
import { strongestSetting } from './search-designs.ts';

/** A change that the cheapest design rests on, and what it would be without it. */
export interface BindingChange {
  readonly lever: string;
  readonly option: string;
  /** What the design costs more, or (negative) less, without this change. */
  readonly costWithout: number;
  /** Service levels that are missed without it. */
  readonly missedWithout: readonly LevelOfPair[];
}

/** A service level of a workspace at a location. */
export interface LevelOfPair {
  readonly location: string;
  readonly workspace: string;
  readonly level: 'initialLoad' | 'update';
  readonly seconds: number;
  readonly acceptableSeconds: number;
}

/** The changes of a design, each with what it is good for. */
export function explainChanges(
  best: Candidate,
  levers: readonly Lever[],
  evaluator: Evaluator,
): BindingChange[] {
  return levers.flatMap(({ name, options }, at) => {
    const taken = best.setting[at] ?? 0;
    if (taken === 0) return [];
    const without = evaluator.at(best.setting.with(at, 0));
    return [
      {
        lever: name,
        option: options[taken]?.label ?? '',
        costWithout: without.total - best.total,
        missedWithout: levelsOf(without).filter(
          ({ seconds, acceptableSeconds }) => seconds > acceptableSeconds,
        ),
      },
    ];
  });
}

/** The service levels that leave least room, tightest first. */
export function tightestLevels(best: Candidate, count: number): LevelOfPair[] {
  return levelsOf(best)
    .filter(({ acceptableSeconds }) => acceptableSeconds > 0)
    .toSorted((a, b) => b.seconds / b.acceptableSeconds - a.seconds / a.acceptableSeconds)
    .slice(0, count);
}

/**
 * The service levels that the closest design misses and that no design met, however it missed others: neither one of
 * the search, nor those with everything that moves data at its strongest, with and without media.
 */
export function impossibleLevels(
  closest: Candidate,
  levers: readonly Lever[],
  evaluator: Evaluator,
): LevelOfPair[] {
  const strongest = strongestSetting(levers);
  evaluator.at(strongest);
  evaluator.at(
    levers.map(({ kind, options }, at) => (kind === 'technique' ? options.length - 1 : (strongest[at] ?? 0))),
  );
  const attempts = evaluator.candidates().map((attempt) => new Set(missedLevels(attempt).map(keyOf)));
  return missedLevels(closest).filter((level) => attempts.every((missed) => missed.has(keyOf(level))));
}

function missedLevels(candidate: Candidate): LevelOfPair[] {
  return levelsOf(candidate).filter(({ seconds, acceptableSeconds }) => seconds > acceptableSeconds);
}

function keyOf({ location, workspace, level }: LevelOfPair): string {
  return JSON.stringify([location, workspace, level]);
}

function levelsOf({ design }: Candidate): LevelOfPair[] {
  const levels = new Map(design.plan.workspaces.map(({ name, serviceLevels }) => [name, serviceLevels]));
  return design.distribution.flatMap((choice) => {
    const accepted = levels.get(choice.workspace);
    if (!accepted) return [];
    return [
      levelOf(choice, 'initialLoad', choice.initialLoadSeconds, accepted.initialLoadHours),
      levelOf(choice, 'update', choice.updateSeconds, accepted.updateHours),
    ];
  });
}

function levelOf(
  { location, workspace }: DistributionChoice,
  level: LevelOfPair['level'],
  seconds: number,
  hours: number,
): LevelOfPair {
  return { location, workspace, level, seconds, acceptableSeconds: hours * 3600 };
}
