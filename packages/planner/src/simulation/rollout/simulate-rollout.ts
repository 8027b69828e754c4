import { abortReason, systemClock } from '@carrel/kit';
import { drawStreams } from '../engine/draw-streams.ts';
import { RolloutRun } from '../engine/rollout-run.ts';
import type { ClientGroup, Scenario } from '../engine/scenario.ts';
import {
  type RunTimes,
  shareInTime,
  timesOfRun,
  timesOverRuns,
  type Waits,
  waitsOf,
} from './client-times.ts';
import { loadsOf } from './loads.ts';
import type { GroupResult, LoadResult, RolloutResult } from './rollout-result.ts';

export interface SimulationOptions {
  /** The same seed gives the same result. */
  readonly seed: number;
  /** Runs with chances of their own; 5 unless told otherwise. At least 1. */
  readonly runs?: number;
  readonly signal?: AbortSignal;
  /** Told every now and then how far it has come. */
  readonly onProgress?: (progress: SimulationProgress) => void;
}

export interface SimulationProgress {
  /** The run going on, from 1. */
  readonly run: number;
  readonly runs: number;
  /** Part of the run's clients that are ready. */
  readonly readyShare: number;
}

/** Events after which others get their turn. */
const eventsAtOnce = 50_000;

/**
 * Simulates a rollout, several times with other chances. Clients of a group are served alike, so a run costs
 * n log n for n clients. Gives way to other work now and then.
 *
 * @throws the signal's reason when it is aborted
 */
export async function simulateRollout(
  scenario: Scenario,
  options: SimulationOptions,
): Promise<RolloutResult> {
  const { seed, runs = 5 } = options;
  const all: RunTimes[] = [];
  const byGroup = new Map<string, RunTimes[]>(scenario.groups.map(({ id }) => [id, []]));
  let loads: LoadResult[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const drawn = drawStreams(scenario, `${seed}/${run}`);
    const work = new RolloutRun(scenario, drawn);
    await untilDone(work, run, options);
    const waits = drawn.map((one, stream) => waitsOf(one, stream, work.network.streams.outcomes));
    for (const [stream, { group }] of drawn.entries()) {
      byGroup.get(group.id)?.push(timesOfRun(waits[stream] ?? nobody, limitOf(group)));
    }
    all.push(timesOfRun(joined(waits), Infinity));
    if (run === 1) loads = loadsOf(work);
  }
  return {
    kind: scenario.kind,
    startsAtSeconds: scenario.startsAtSeconds,
    seed,
    runs,
    clients: all[0]?.clients ?? 0,
    all: timesOverRuns(all),
    groups: scenario.groups
      .flatMap((group) => resultOf(group, byGroup.get(group.id) ?? [], runs))
      .toSorted((a, b) => compare(a.location, b.location) || compare(a.workspace, b.workspace)),
    loads,
  };
}

const nobody: Waits = { ready: new Float64Array(), firstStart: new Float64Array() };

async function untilDone(work: RolloutRun, run: number, options: SimulationOptions): Promise<void> {
  const { runs = 5, signal, onProgress } = options;
  const clients = work.waiting;
  while (work.advance(eventsAtOnce)) {
    await systemClock.sleep(0);
    if (signal?.aborted) throw abortReason(signal);
    onProgress?.({ run, runs, readyShare: 1 - work.waiting / clients });
  }
  if (signal?.aborted) throw abortReason(signal);
  onProgress?.({ run, runs, readyShare: clients === 0 ? 1 : 1 - work.waiting / clients });
}

function joined(waits: readonly Waits[]): Waits {
  const clients = waits.reduce((sum, { ready }) => sum + ready.length, 0);
  const all: Waits = { ready: new Float64Array(clients), firstStart: new Float64Array(clients) };
  let filled = 0;
  for (const { ready, firstStart } of waits) {
    all.ready.set(ready, filled);
    all.firstStart.set(firstStart, filled);
    filled += ready.length;
  }
  all.ready.sort();
  all.firstStart.sort();
  return all;
}

/** A group that nobody was in, in any run, has no result. */
function resultOf(group: ClientGroup, times: readonly RunTimes[], runs: number): GroupResult[] {
  if (times.length === 0) return [];
  return [
    {
      location: group.location,
      workspace: group.workspace,
      clients: times.reduce((sum, { clients }) => sum + clients, 0) / runs,
      serviceLevelSeconds: group.serviceLevelSeconds ?? undefined,
      ...timesOverRuns(times),
      shareInTime: shareInTime(times),
      isMet: times.every(({ inTime, clients }) => inTime === clients),
    },
  ];
}

function limitOf({ serviceLevelSeconds }: ClientGroup): number {
  return serviceLevelSeconds ?? Infinity;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
