import { megabitsPerSecond, resources } from '../load.ts';
import type { PhysicalServer, ServerAverages } from '../physical-server.ts';
import type { LoadSeries } from './load-series.ts';
import { type Measure, measures, type SampleTable } from './sample-table.ts';

/** What a server uses over time, and how much of that was measured. */
export interface MeasuredServer {
  readonly averages: ServerAverages;
  readonly series: LoadSeries;
  /** Intervals without samples of something that others have samples of; its mean stands there. */
  readonly intervalsWithoutSamples: number;
}

/**
 * What a server uses in each interval: its samples, its mean in intervals that have none, the averages of the inventory
 * where it was not measured. Disks read and write at the same time, so a host carries the sum. Memory is at least what
 * any guest gets.
 */
export function measuredServer(
  server: PhysicalServer,
  samples: SampleTable,
  leastMemoryGb: number,
): MeasuredServer {
  const intervalCount = Math.max(samples.intervalCount, 1);
  const known = measures.map((measure) => ({ measure, values: samples.values(server.name, measure) }));
  const averages = averagesOf(server.averages, (measure) =>
    meanOfSamples(known.find((each) => each.measure === measure)?.values),
  );
  const track = (measure: Measure, average: number | null): Float64Array => {
    const values = known.find((each) => each.measure === measure)?.values;
    if (values === undefined) return new Float64Array(intervalCount).fill(average ?? 0);
    return values.map((value) => (Number.isNaN(value) ? (average ?? 0) : value));
  };
  const processor = track('processorShare', averages.processorShare);
  const memory = track('memoryGb', averages.memoryGb);
  const read = track('diskReadMbPerSecond', averages.diskReadMbPerSecond);
  const write = track('diskWriteMbPerSecond', averages.diskWriteMbPerSecond);
  const sent = track('networkSentMbitPerSecond', megabitsOf(averages.networkSendBytesPerSecond));
  const received = track('networkReceivedMbitPerSecond', megabitsOf(averages.networkReceiveBytesPerSecond));
  const total = known.find(
    ({ measure, values }) => measure === 'networkTotalMbitPerSecond' && values,
  )?.values;
  const values = new Float64Array(resources.length * intervalCount);
  values.set(processor.map((share) => share * server.cores * server.coreMhz));
  values.set(
    memory.map((gb) => Math.max(gb, leastMemoryGb)),
    intervalCount,
  );
  values.set(
    read.map((value, interval) => value + (write[interval] ?? 0)),
    2 * intervalCount,
  );
  values.set(
    total === undefined
      ? sent.map((value, interval) => value + (received[interval] ?? 0))
      : track('networkTotalMbitPerSecond', meanOfSamples(total)),
    3 * intervalCount,
  );
  return {
    averages,
    series: { intervalCount, values },
    intervalsWithoutSamples: countGaps(known.flatMap((each) => each.values ?? [])),
  };
}

/** The mean of the samples where there are some, else what the inventory says. */
function averagesOf(inventory: ServerAverages, mean: (measure: Measure) => number | null): ServerAverages {
  const total = mean('networkTotalMbitPerSecond');
  const sent = bytesOf(mean('networkSentMbitPerSecond')) ?? inventory.networkSendBytesPerSecond;
  const received = bytesOf(mean('networkReceivedMbitPerSecond')) ?? inventory.networkReceiveBytesPerSecond;
  return {
    processorShare: mean('processorShare') ?? inventory.processorShare,
    memoryGb: mean('memoryGb') ?? inventory.memoryGb,
    diskReadMbPerSecond: mean('diskReadMbPerSecond') ?? inventory.diskReadMbPerSecond,
    diskWriteMbPerSecond: mean('diskWriteMbPerSecond') ?? inventory.diskWriteMbPerSecond,
    // A threshold of the sum does not ask which direction it was.
    networkSendBytesPerSecond: total === null ? sent : bytesOf(total),
    networkReceiveBytesPerSecond: total === null ? received : 0,
  };
}

function bytesOf(mbitPerSecond: number | null): number | null {
  return mbitPerSecond === null ? null : (mbitPerSecond * 1e6) / 8;
}

function megabitsOf(bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null ? null : megabitsPerSecond(bytesPerSecond);
}

function countGaps(tracks: readonly Float64Array[]): number {
  const gaps = new Set<number>();
  for (const track of tracks) {
    track.forEach((value, interval) => {
      if (Number.isNaN(value)) gaps.add(interval);
    });
  }
  return gaps.size;
}

function meanOfSamples(values: Float64Array | undefined): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values ?? []) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}
