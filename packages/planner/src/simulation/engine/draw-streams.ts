import { answerRequests } from '../queue/request-queue.ts';
import { createRandom, exponential, type Random } from './random.ts';
import type { ClientGroup, Scenario } from './scenario.ts';

/** The clients of a group, in the order in which they begin. */
export interface DrawnStream {
  readonly group: ClientGroup;
  /** When each wanted to begin, ascending, in seconds after the announcement. */
  readonly startTimes: Float64Array;
  /** When each may begin to transfer, ascending, in seconds after the announcement. */
  readonly joinTimes: Float64Array;
  /** By client, what it loads as a multiple of the group's bytes; `null`: 1. */
  readonly loadFactors: Float64Array | null;
}

/** Decides by chance what chance decides: where travellers are, when clients begin, what they load again. */
export function drawStreams(scenario: Scenario, seed: string): DrawnStream[] {
  const counts = drawPlaces(scenario, seed);
  const groups = inOrder(scenario.groups)
    .map((group) => {
      const clients = counts.get(group.id) ?? 0;
      return { group, startTimes: drawStarts(group, clients, createRandom(`${seed}/starts/${group.id}`)) };
    })
    .filter(({ startTimes }) => startTimes.length > 0);
  const joinTimes = askServers(scenario, groups);
  return groups.map(({ group, startTimes }) => {
    const random = createRandom(`${seed}/retries/${group.id}`);
    const loadFactors =
      group.retryShare === 0 || group.peers ? null : drawFactors(group, startTimes.length, random);
    return { group, startTimes, joinTimes: joinTimes.get(group.id) ?? startTimes, loadFactors };
  });
}

/** Those with lines in common beside each other, so that what is looked at together is together in memory. */
function inOrder(groups: readonly ClientGroup[]): ClientGroup[] {
  const keyed = groups.map((group) => ({ group, key: JSON.stringify([...group.lineIds, group.id]) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ group }) => group);
}

function drawPlaces({ groups, travellers }: Scenario, seed: string): Map<string, number> {
  const counts = new Map(groups.map(({ id, clients }) => [id, clients]));
  for (const { id, clients, groupIds } of travellers) {
    const random = createRandom(`${seed}/travellers/${id}`);
    const places = groupIds.toSorted();
    for (let client = 0; client < clients; client += 1) {
      const place = places[Math.floor(random() * places.length)];
      if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  return counts;
}

function drawStarts({ staggerSeconds }: ClientGroup, clients: number, random: Random): Float64Array {
  const starts = new Float64Array(clients);
  if (staggerSeconds === 0) return starts;
  for (let client = 0; client < clients; client += 1) starts[client] = random() * staggerSeconds;
  return starts.sort();
}

function drawFactors({ retryShare }: ClientGroup, clients: number, random: Random): Float64Array {
  const factors = new Float64Array(clients);
  for (let client = 0; client < clients; client += 1) factors[client] = 1 + retryShare * exponential(random);
  return factors;
}

interface DrawnStarts {
  readonly group: ClientGroup;
  readonly startTimes: Float64Array;
}

/** Lets every client ask its group's server first. */
function askServers({ servers }: Scenario, drawn: readonly DrawnStarts[]): Map<string, Float64Array> {
  const joinTimes = new Map<string, Float64Array>();
  for (const { id, serviceSeconds } of servers) {
    const asking = drawn.filter(({ group }) => group.serverId === id);
    const count = asking.reduce((sum, { startTimes }) => sum + startTimes.length, 0);
    const groupOf = new Int32Array(count);
    const clientOf = new Int32Array(count);
    const times = new Float64Array(count);
    let filled = 0;
    for (const [at, { startTimes }] of asking.entries()) {
      groupOf.fill(at, filled, filled + startTimes.length);
      times.set(startTimes, filled);
      for (const client of startTimes.keys()) clientOf[filled + client] = client;
      filled += startTimes.length;
    }
    const order = Uint32Array.from({ length: count }, (_, at) => at).sort(
      (
        a,
        b, // Of those that ask at the same moment, one of each group in turn.
      ) => (times[a] ?? 0) - (times[b] ?? 0) || (clientOf[a] ?? 0) - (clientOf[b] ?? 0) || a - b,
    );
    const answered = answerRequests(
      Float64Array.from(order, (at) => times[at] ?? 0),
      serviceSeconds,
    );
    const joins = asking.map(({ startTimes }) => new Float64Array(startTimes.length));
    const used = new Uint32Array(asking.length);
    for (const [place, at] of order.entries()) {
      const group = groupOf[at] ?? 0;
      const client = used[group] ?? 0;
      const target = joins[group];
      if (target) target[client] = answered[place] ?? 0;
      used[group] = client + 1;
    }
    for (const [at, { group }] of asking.entries()) joinTimes.set(group.id, joins[at] ?? new Float64Array());
  }
  return joinTimes;
}
