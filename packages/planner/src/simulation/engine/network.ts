import { type Capacity, WeekSchedule } from './capacity.ts';
import { Cluster } from './cluster.ts';
import { LoadRecord } from './load-record.ts';
import type { Cell, LineState } from './network-state.ts';
import type { Scenario } from './scenario.ts';
import type { Stream } from './stream.ts';

export interface Network {
  readonly lines: readonly LineState[];
  readonly cells: readonly Cell[];
  readonly clusters: readonly Cluster[];
}

/** Samples of the load of a line. */
const sampleCount = 192;

/** Lays the streams into the network. Things are numbered: lines, then cells, then clusters. */
export function buildNetwork(scenario: Scenario, streams: readonly Stream[]): Network {
  const schedules = new Map<string, WeekSchedule>();
  const states = new Map<string, LineState>();
  for (const line of scenario.lines.toSorted(byId)) {
    const schedule = scheduleOf(line.capacity, schedules);
    const capacity = capacityAt(line.capacity, schedule, scenario.startsAtSeconds);
    states.set(line.id, { line, schedule, record: new LoadRecord(sampleCount), cells: [], capacity });
  }
  const cells = [...groupByWay(streams)].map(([, members], at): Cell => {
    const lines = [...new Set(members[0]?.group.lineIds ?? [])].flatMap((id) => states.get(id) ?? []);
    const cell: Cell = {
      number: states.size + at,
      streams: members,
      lines,
      ownLines: [],
      ownLimit: Infinity,
      sharedLines: [],
      servedUntil: 0,
      settledLevel: Number.NaN,
      level: Infinity,
      isFixed: false,
      rate: 0,
    };
    for (const state of lines) state.cells.push(cell);
    return cell;
  });
  const lines = [...states.values()];
  for (const state of lines) {
    const isShared = state.cells.length > 1;
    if (isShared && !canBeFull(state)) continue;
    for (const cell of state.cells) (isShared ? cell.sharedLines : cell.ownLines).push(state);
  }
  for (const cell of cells) limitCell(cell);
  return { lines, cells, clusters: findClusters(lines, cells) };
}

/** What a line gives at a moment of the week. */
export function capacityAt(
  capacity: Capacity,
  schedule: WeekSchedule | null,
  weekTimeSeconds: number,
): number {
  const isWorking = schedule?.isWorkingAt(weekTimeSeconds) ?? false;
  return isWorking ? capacity.workingBytesPerSecond : capacity.offBytesPerSecond;
}

/** Takes note of what the cell's own lines let through now. */
export function limitCell(cell: Cell): void {
  cell.settledLevel = Number.NaN;
  cell.ownLimit = Infinity;
  for (const { capacity } of cell.ownLines) cell.ownLimit = Math.min(cell.ownLimit, capacity);
}

function scheduleOf({ hours }: Capacity, known: Map<string, WeekSchedule>): WeekSchedule | null {
  if (!hours) return null;
  const key = JSON.stringify(hours);
  const schedule = known.get(key) ?? new WeekSchedule(hours);
  known.set(key, schedule);
  return schedule;
}

function groupByWay(streams: readonly Stream[]): Map<string, Stream[]> {
  const ways = new Map<string, Stream[]>();
  for (const stream of streams) {
    const way = JSON.stringify([stream.group.location, stream.group.lineIds.toSorted()]);
    const members = ways.get(way);
    if (members) members.push(stream);
    else ways.set(way, [stream]);
  }
  return ways;
}

/** Whether the clients behind a line could take more than it gives, if their own lines were all they had. */
function canBeFull({ line, cells }: LineState): boolean {
  const { workingBytesPerSecond, offBytesPerSecond, hours } = line.capacity;
  const least = hours ? Math.min(workingBytesPerSecond, offBytesPerSecond) : offBytesPerSecond;
  let wanted = 0;
  for (const cell of cells) {
    let own = 0;
    for (const { group, clientCount } of cell.streams) own += clientCount * group.maxBytesPerSecond;
    for (const other of cell.lines) {
      if (other.cells.length === 1) own = Math.min(own, mostOf(other.line.capacity));
    }
    wanted += own;
  }
  return wanted > least;
}

function mostOf({ workingBytesPerSecond, offBytesPerSecond, hours }: Capacity): number {
  return hours ? Math.max(workingBytesPerSecond, offBytesPerSecond) : offBytesPerSecond;
}

function findClusters(lines: readonly LineState[], cells: readonly Cell[]): Cluster[] {
  const clusters: Cluster[] = [];
  const seen = new Set<Cell>();
  for (const first of cells) {
    if (seen.has(first) || first.sharedLines.length === 0) continue;
    const members = [first];
    const shared = new Set<LineState>();
    seen.add(first);
    for (const cell of members) {
      for (const line of cell.sharedLines) {
        if (shared.has(line)) continue;
        shared.add(line);
        for (const other of line.cells) {
          if (seen.has(other)) continue;
          seen.add(other);
          members.push(other);
        }
      }
    }
    const cluster = new Cluster(lines.length + cells.length + clusters.length, members, [...shared]);
    clusters.push(cluster);
  }
  return clusters;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
