// A rollout to thirty real agents behind shaped lines, beside what the simulator says: npm run bench:planner-rollout
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { say } from '../delivery/shell.ts';
import { compare, type OfficeTimes, print } from './compare.ts';
import { type Computer, startComputer } from './computer.ts';
import { startInstance } from './instance.ts';
import { buildNetwork } from './network.ts';
import { type Office, offices, simulate, staggerSeconds } from './plan.ts';

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '6' },
    json: { type: 'boolean', default: false },
  },
});
const imageBytes = Number(options.megabytes) * 1e6;
if (!(imageBytes >= 1e6 && imageBytes <= 1e9))
  throw new RangeError('--megabytes takes a number from 1 to 1000');
/** Agents that start at the same time; more only wait for the processors. */
const startsAtOnce = 3;

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

interface Placed {
  readonly office: Office;
  readonly computer: Computer;
}

async function measure(): Promise<{ packedBytes: number; times: OfficeTimes[] }> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'carrel-rollout-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  say('Building the network …');
  const network = undo.use(await buildNetwork());
  say('Starting the server, publishing an image …');
  const instance = undo.use(await startInstance(network, folder, Math.floor(imageBytes / 4096) * 4096));
  const seats = offices.flatMap((office) =>
    network.computersOf(office).map((namespace) => ({ office, namespace })),
  );
  const token = await instance.createToken(seats.length);
  const placed: Placed[] = [];
  // In turn of the offices, so that their order tells nothing; each ends with the rest.
  const computers = undo.use(new AsyncDisposableStack());
  for (let from = 0; from < seats.length; from += startsAtOnce) {
    ending.signal.throwIfAborted();
    say(`Starting agents: ${from} of ${seats.length} …`);
    const batch = seats.slice(from, from + startsAtOnce).map(async ({ office, namespace }) => {
      const computer = computers.use(
        await startComputer(namespace, join(folder, namespace), instance, token),
      );
      placed.push({ office, computer });
    });
    const failed = (await Promise.allSettled(batch)).find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }
  return { packedBytes: instance.packedBytes, times: await rollOut(placed) };
}

/** Begins at each computer of an office evenly spread over the stagger time. */
async function rollOut(placed: readonly Placed[]): Promise<OfficeTimes[]> {
  say('Rolling out …');
  const announcedMs = performance.now();
  return await Promise.all(
    offices.map(async ({ name }) => {
      const here = placed.filter(({ office }) => office.name === name);
      const readySeconds = await Promise.all(
        here.map(async ({ computer }, at) => {
          await delay((1000 * staggerSeconds * (at + 0.5)) / here.length, undefined, {
            signal: ending.signal,
          });
          return ((await computer.pull(ending.signal)) - announcedMs) / 1000;
        }),
      );
      say(`${name} is done.`);
      return { office: name, readySeconds };
    }),
  );
}

const { packedBytes, times } = await measure();
const comparison = compare(times, await simulate(packedBytes));
if (options.json) process.stdout.write(`${JSON.stringify({ packedBytes, times, comparison })}\n`);
else print(comparison);
// The limit is for all thirty; offices show where a deviation comes from.
process.exitCode = comparison.every(({ who, isWithin }) => isWithin || who !== 'all') ? 0 : 1;
