import type { Capacity } from './capacity.ts';
import { CellRates } from './cell-rates.ts';
import { type CellParts, Cells } from './cells.ts';
import type { DrawnStream } from './draw-streams.ts';
import { Lines } from './lines.ts';
import { NumberLists } from './number-lists.ts';
import type { ClientGroup, Line, Scenario } from './scenario.ts';
import { Streams } from './streams.ts';

export interface Network {
  readonly lines: Lines;
  readonly cells: Cells;
  readonly rates: CellRates;
  readonly streams: Streams;
}

/** Lays the streams into the network. */
export function buildNetwork(scenario: Scenario, drawn: readonly DrawnStream[]): Network {
  const all = scenario.lines.toSorted(byId);
  const ways = groupByWay(drawn, all);
  const cellsOfLines: number[][] = all.map(() => []);
  for (const [cell, { lines }] of ways.entries()) for (const line of lines) cellsOfLines[line]?.push(cell);
  const lines = new Lines(all, new NumberLists(cellsOfLines), scenario);
  const streams = new Streams(drawn);
  const cells = new Cells(ways.length, partsOf(ways, lines, drawn), streams);
  const rates = new CellRates(lines, cells);
  for (const cell of ways.keys()) rates.limit(cell);
  return { lines, cells, rates, streams };
}

/** Streams of one place whose data takes the same lines. */
interface Way {
  readonly streams: number[];
  readonly lines: readonly number[];
}

function groupByWay(drawn: readonly DrawnStream[], all: readonly Line[]): Way[] {
  const numbers = new Map(all.map(({ id }, line) => [id, line]));
  const ways = new Map<string, Way>();
  for (const [stream, { group }] of drawn.entries()) {
    const key = JSON.stringify([group.location, group.lineIds.toSorted()]);
    const way = ways.get(key) ?? { streams: [], lines: linesOf(group, numbers) };
    way.streams.push(stream);
    ways.set(key, way);
  }
  return [...ways.values()];
}

function linesOf({ lineIds }: ClientGroup, numbers: ReadonlyMap<string, number>): number[] {
  return [...new Set(lineIds)].flatMap((id) => numbers.get(id) ?? []);
}

function partsOf(ways: readonly Way[], lines: Lines, drawn: readonly DrawnStream[]): CellParts {
  const isShared = (line: number): boolean => lines.cells.length(line) > 1;
  const wanted = ways.map((way) => mostWanted(way, lines, drawn));
  const canBeFull = lines.all.map(({ capacity }, line) => {
    const all = lines.cells.of(line).reduce((sum, cell) => sum + (wanted[cell] ?? 0), 0);
    return all > leastOf(capacity);
  });
  return {
    streams: new NumberLists(ways.map(({ streams }) => streams)),
    lines: new NumberLists(ways.map((way) => way.lines)),
    ownLines: new NumberLists(ways.map((way) => way.lines.filter((line) => !isShared(line)))),
    sharedLines: new NumberLists(
      ways.map((way) => way.lines.filter((line) => isShared(line) && canBeFull[line])),
    ),
  };
}

/** What a cell could take if its own lines were all it had. */
function mostWanted(way: Way, lines: Lines, drawn: readonly DrawnStream[]): number {
  let most = 0;
  for (const stream of way.streams) {
    const one = drawn[stream];
    if (one) most += one.joinTimes.length * one.group.maxBytesPerSecond;
  }
  for (const line of way.lines) {
    const capacity = lines.all[line]?.capacity;
    if (capacity && lines.cells.length(line) === 1) most = Math.min(most, mostOf(capacity));
  }
  return most;
}

function leastOf({ workingBytesPerSecond, offBytesPerSecond, hours }: Capacity): number {
  return hours ? Math.min(workingBytesPerSecond, offBytesPerSecond) : offBytesPerSecond;
}

function mostOf({ workingBytesPerSecond, offBytesPerSecond, hours }: Capacity): number {
  return hours ? Math.max(workingBytesPerSecond, offBytesPerSecond) : offBytesPerSecond;
}

function byId(a: Line, b: Line): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
