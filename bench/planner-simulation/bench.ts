// Time, memory and growth of simulated rollouts: npm run bench:planner-simulation
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Scenario, simulateRollout } from '@carrel/planner';
import { z } from 'zod';
import { run, say } from '../delivery/shell.ts';
import { clientsOfRegion, makeEstate, sitesOfRegion } from './estate.ts';

/** Regions, what one run may take of a processor at most, and how often it is measured. */
const cases = [
  { regions: 1, seconds: 1, times: 3 },
  { regions: 12, seconds: undefined, times: 3 },
  { regions: 50, seconds: undefined, times: 3 },
  { regions: 200, seconds: 60, times: 2 },
] as const;
const memoryLimitMiB = 2_000_000_000 / 2 ** 20;
/** Two measurements of the same size differ by about as much, also where the machine does little else. */
const noise = 0.15;
/** Below, the engine still compiles the program while it runs. */
const leastJudgedClients = 50_000;

const figuresSchema = z.object({
  /** Of the first simulation of a process, with one region: with the compiling of the program. */
  firstProcessorSeconds: z.number(),
  seconds: z.number(),
  processorSeconds: z.number(),
  peakMiB: z.number(),
});
type Figures = z.infer<typeof figuresSchema>;

async function processorSecondsOf(scenario: Scenario): Promise<number> {
  const before = process.cpuUsage();
  await simulateRollout(scenario, { seed: 1, runs: 1 });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** In a process of its own, whose memory is that of the one simulation. */
async function measure(regions: number): Promise<Figures> {
  const firstProcessorSeconds = await processorSecondsOf(makeEstate(1));
  const scenario = makeEstate(regions);
  const beforeMs = performance.now();
  const processorSeconds = await processorSecondsOf(scenario);
  return {
    firstProcessorSeconds,
    processorSeconds,
    seconds: (performance.now() - beforeMs) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}

/** The measurement that the rest of the machine disturbed least. */
async function measureApart(regions: number, times: number): Promise<Figures> {
  say(`${regions} regions, ${times} times …`);
  const program = join(import.meta.dirname, 'bench.ts');
  const all: Figures[] = [];
  for (let time = 0; time < times; time += 1) {
    const output = await run(process.execPath, [program, '--regions', `${regions}`]);
    all.push(figuresSchema.parse(JSON.parse(output)));
  }
  const [least] = all.toSorted((a, b) => a.processorSeconds - b.processorSeconds);
  if (!least) throw new RangeError('Nothing was measured.');
  return least;
}

interface Step {
  readonly clients: number;
  readonly processorSeconds: number;
}

/** How many times as much a step costs as n log n has it. */
function growthOf(from: Step, to: Step): number {
  const work = ({ clients }: Step): number => clients * Math.log2(clients);
  return to.processorSeconds / from.processorSeconds / (work(to) / work(from));
}

/** @returns whether all limits are kept */
async function measureAll(): Promise<boolean> {
  const lines = [
    '| clients | locations | seconds | processor seconds | at most | step ÷ n log₂ n | peak memory |',
    `|${'---:|'.repeat(7)}`,
  ];
  const failures: string[] = [];
  let last: Step | undefined;
  for (const { regions, seconds: limit, times } of cases) {
    const figures = await measureApart(regions, times);
    const step = { clients: regions * clientsOfRegion, processorSeconds: figures.processorSeconds };
    const judged = regions === 1 ? figures.firstProcessorSeconds : figures.processorSeconds;
    const growth = last && growthOf(last, step);
    const cells = [
      step.clients,
      regions * sitesOfRegion,
      figures.seconds.toFixed(2),
      judged.toFixed(2),
      limit ?? '–',
      growth?.toFixed(2) ?? '–',
      `${figures.peakMiB.toFixed(0)} MiB`,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    if (limit !== undefined && judged > limit)
      failures.push(`${step.clients} clients take more than ${limit} s.`);
    if (figures.peakMiB > memoryLimitMiB) failures.push(`${step.clients} clients take more than 2 GB.`);
    const isJudged = last !== undefined && last.clients >= leastJudgedClients;
    if (isJudged && growth !== undefined && growth > 1 + noise) {
      failures.push(`To ${step.clients} clients, cost grows ${growth.toFixed(2)} times as fast as n log n.`);
    }
    last = step;
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
  const verdict =
    failures.length === 0 ? ['All limits are kept; no step costs more than n log n.'] : failures;
  process.stdout.write(`${verdict.join('\n')}\n`);
  return failures.length === 0;
}

const { values } = parseArgs({ options: { regions: { type: 'string' } } });
if (values.regions === undefined) process.exitCode = (await measureAll()) ? 0 : 1;
else process.stdout.write(JSON.stringify(await measure(Number(values.regions))));
