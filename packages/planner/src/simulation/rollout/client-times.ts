import type { DrawnStream } from '../engine/draw-streams.ts';
import type { Outcomes } from '../engine/outcomes.ts';
import { type Band, bandOf } from './band.ts';
import type { Distribution, TimesOfClients } from './rollout-result.ts';

/** What one run says of some clients. */
export interface RunTimes {
  readonly clients: number;
  readonly ready: RunQuantiles;
  readonly firstStart: RunQuantiles;
  readonly neverReady: number;
  readonly inTime: number;
}

interface RunQuantiles {
  readonly median: number;
  readonly p95: number;
  readonly last: number;
}

/** How long clients waited, ascending. */
export interface Waits {
  /** From the announcement. */
  readonly ready: Float64Array;
  /** From the client's own beginning. */
  readonly firstStart: Float64Array;
}

export function waitsOf({ group, startTimes }: DrawnStream, stream: number, outcomes: Outcomes): Waits {
  const readyTimes = outcomes.readyTimes(stream);
  const firstStart = outcomes
    .firstStartTimes(stream)
    .map((time, at) => Math.min(time, readyTimes[at] ?? time) + group.fixedSeconds - (startTimes[at] ?? 0));
  const ready = readyTimes.map((time) => time + group.fixedSeconds);
  return { ready: ready.sort(), firstStart: firstStart.sort() };
}

/** @param waits ascending */
export function timesOfRun(waits: Waits, serviceLevelSeconds: number): RunTimes {
  const { ready, firstStart } = waits;
  const clients = ready.length;
  const inTime = countUpTo(ready, serviceLevelSeconds);
  return {
    clients,
    ready: quantilesOf(ready),
    firstStart: quantilesOf(firstStart),
    neverReady: clients - countUpTo(ready, Number.MAX_SAFE_INTEGER),
    inTime,
  };
}

/** @param runs at least one */
export function timesOverRuns(runs: readonly RunTimes[]): TimesOfClients {
  const over = (pick: (run: RunTimes) => RunQuantiles): Distribution => ({
    median: bandOf(runs.map((run) => pick(run).median)),
    p95: bandOf(runs.map((run) => pick(run).p95)),
    last: bandOf(runs.map((run) => pick(run).last)),
  });
  return {
    readySeconds: over(({ ready }) => ready),
    firstStartSeconds: over(({ firstStart }) => firstStart),
    neverReady: runs.reduce((sum, { neverReady }) => sum + neverReady, 0) / runs.length,
  };
}

export function shareInTime(runs: readonly RunTimes[]): Band {
  return bandOf(runs.map(({ inTime, clients }) => inTime / clients));
}

function quantilesOf(ascending: Float64Array): RunQuantiles {
  return {
    median: quantile(ascending, 0.5),
    p95: quantile(ascending, 0.95),
    last: quantile(ascending, 1),
  };
}

/** The smallest value that a share of all does not exceed. */
function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * share - 1e-9) - 1)] ?? 0;
}

function countUpTo(ascending: Float64Array, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    // Sums of times are not exact.
    if ((ascending[middle] ?? 0) <= limit * (1 + 1e-9)) low = middle + 1;
    else high = middle;
  }
  return low;
}
