import type { DiskServer } from '../measure/server-process.ts';
import { measure, medianUsage, type Usage } from '../measure/usage.ts';
import { repeatCount } from './repeats.ts';

/** Reads a whole disk over NBD, several times, each from a server just started. Holes are skipped by all. */
export async function readThrough(start: () => Promise<DiskServer>, times = repeatCount): Promise<Usage> {
  const usages: Usage[] = [];
  for (let time = 0; time < times; time += 1) {
    await using server = await start();
    const before = await server.usage();
    const reading = await measure(['nbdcopy', server.uri, 'null:']);
    const after = await server.usage();
    usages.push({
      seconds: reading.seconds,
      cpuSeconds: reading.cpuSeconds + after.cpuSeconds - before.cpuSeconds,
      peakMemoryBytes: after.peakMemoryBytes,
    });
  }
  return medianUsage(usages);
}
