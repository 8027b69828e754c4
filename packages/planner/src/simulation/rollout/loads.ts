import type { RolloutRun } from '../engine/rollout-run.ts';
import type { LoadResult } from './rollout-result.ts';

const bytesPerMbit = 125_000;

/** What the lines of a run carried, those of each kind by name; without those that carried nothing. */
export function loadsOf({ network, now }: RolloutRun): LoadResult[] {
  const results = network.lines.map(({ line: { kind, name }, record }): LoadResult => {
    const { widthSeconds, bytesPerSecond } = record.samples(now);
    return {
      kind,
      name,
      totalBytes: record.totalBytes,
      peakMbitPerSecond: record.peakRate / bytesPerMbit,
      sampleSeconds: widthSeconds,
      mbitPerSecond: bytesPerSecond.map((rate) => rate / bytesPerMbit),
    };
  });
  return results
    .filter(({ totalBytes }) => totalBytes > 0)
    .toSorted((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
}
