// Time, memory and growth of simulated rollouts: npm run bench:planner-simulation
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateRollout } from '@carrel/planner';
import { z } from 'zod';
import { run, say } from '../delivery/shell.ts';
import { makeEstate } from './estate.ts';

/** Clients, locations, and what one run may take at most. */
const cases = [
  { clients: 5_000, locations: 50, seconds: 1 },
  { clients: 15_625, locations: 78, seconds: undefined },
  { clients: 62_500, locations: 312, seconds: undefined },
  { clients: 250_000, locations: 1_250, seconds: undefined },
  { clients: 1_000_000, locations: 5_000, seconds: 60 },
] as const;
const memoryLimitMiB = 2_000_000_000 / 2 ** 20;
const figuresSchema = z.object({
  seconds: z.number(),
  processorSeconds: z.number(),
  peakMiB: z.number(),
  lastReadyHours: z.number(),
});
type Figures = z.infer<typeof figuresSchema>;

/** In a process of its own, whose memory is that of the one simulation. */
async function measure(clients: number, locations: number): Promise<Figures> {
  const scenario = makeEstate(clients, locations);
  const startMs = performance.now();
  const before = process.cpuUsage();
  const { all } = await simulateRollout(scenario, { seed: 1, runs: 1 });
  const { user, system } = process.cpuUsage(before);
  return {
    processorSeconds: (user + system) / 1e6,
    seconds: (performance.now() - startMs) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    lastReadyHours: all.readySeconds.last.mean / 3600,
  };
}

async function measureApart(clients: number, locations: number): Promise<Figures> {
  say(`${clients} clients …`);
  const program = join(import.meta.dirname, 'bench.ts');
  const output = await run(process.execPath, [
    program,
    '--clients',
    `${clients}`,
    '--locations',
    `${locations}`,
  ]);
  return figuresSchema.parse(JSON.parse(output));
}

/** @returns whether all limits are kept */
async function measureAll(): Promise<boolean> {
  const lines = [
    '| clients | locations | seconds | at most | processor seconds | µs ÷ (n log₂ n) | peak memory |',
    `|${'---:|'.repeat(7)}`,
  ];
  const failures: string[] = [];
  let smallest: number | undefined;
  for (const { clients, locations, seconds: limit } of cases) {
    const { seconds, processorSeconds, peakMiB } = await measureApart(clients, locations);
    const unit = (1e6 * processorSeconds) / (clients * Math.log2(clients));
    smallest ??= unit;
    const cells = [
      clients,
      locations,
      seconds.toFixed(2),
      limit ?? '–',
      processorSeconds.toFixed(2),
      unit.toFixed(2),
      `${peakMiB.toFixed(0)} MiB`,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    if (limit !== undefined && seconds > limit)
      failures.push(`${clients} clients take more than ${limit} s.`);
    if (peakMiB > memoryLimitMiB) failures.push(`${clients} clients take more than 2 GB.`);
    if (unit > smallest) failures.push(`To ${clients} clients, cost grows faster than n log n.`);
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
  const verdict =
    failures.length === 0 ? ['All limits are kept; cost grows no faster than n log n.'] : failures;
  process.stdout.write(`${verdict.join('\n')}\n`);
  return failures.length === 0;
}

const { values } = parseArgs({ options: { clients: { type: 'string' }, locations: { type: 'string' } } });
if (values.clients === undefined) process.exitCode = (await measureAll()) ? 0 : 1;
else process.stdout.write(JSON.stringify(await measure(Number(values.clients), Number(values.locations))));
