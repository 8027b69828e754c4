import type { RolloutRun } from '../engine/rollout-run.ts';
import type { LoadResult } from './rollout-result.ts';

const bytesPerMbit = 125_000;

/** What the lines of a run carried, those of each kind by name; without those that carried nothing. */
export function loadsOf({ network: { lines }, now }: RolloutRun): LoadResult[] {
  const results = lines.all.map(({ kind, name }, line): LoadResult => {
    const { widthSeconds, bytesPerSecond } = lines.records.samples(line, now);
    return {
      kind,
      name,
      totalBytes: lines.records.totalBytes(line),
      peakMbitPerSecond: lines.records.peakRate(line) / bytesPerMbit,
      sampleSeconds: widthSeconds,
      mbitPerSecond: bytesPerSecond.map((rate) => rate / bytesPerMbit),
    };
  });
  return results
    .filter(({ totalBytes }) => totalBytes > 0)
    .toSorted((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
}
