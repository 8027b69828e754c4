import { rateCell, serveCell, spareFor } from './cell-rates.ts';
import type { Cluster } from './cluster.ts';
import { EventHeap } from './event-heap.ts';
import { buildNetwork, capacityAt, limitCell, type Network } from './network.ts';
import type { Cell, LineState } from './network-state.ts';
import type { Scenario } from './scenario.ts';
import type { Stream } from './stream.ts';

/** Nobody waits longer; who is not ready by then never is. */
const horizonSeconds = 366 * 86_400;
/**
 * Shared lines are shared out anew when this part of their clients has changed, or at the latest after this part of
 * the time a transfer takes. In between nobody takes from others; what is left over lies idle.
 */
const changedShare = 0.004;
/** Sharing out costs as much as there are cells; it waits for this part of them to have changed, too. */
const changedCellsShare = 1 / 64;

/** One run of a rollout, event by event. */
export class RolloutRun {
  readonly network: Network;
  readonly #scenario: Scenario;
  readonly #events: EventHeap;
  readonly #clusterOf = new Map<Cell, Cluster>();
  #waiting: number;
  #now = 0;

  constructor(scenario: Scenario, streams: readonly Stream[]) {
    this.#scenario = scenario;
    this.network = buildNetwork(scenario, streams);
    const { lines, cells, clusters } = this.network;
    this.#events = new EventHeap(lines.length + cells.length + clusters.length);
    for (const [number, state] of lines.entries()) this.#planChange(number, state);
    for (const cell of cells) this.#planCell(cell);
    for (const cluster of clusters) for (const cell of cluster.cells) this.#clusterOf.set(cell, cluster);
    this.#waiting = streams.reduce((sum, { clientCount }) => sum + clientCount, 0);
  }

  /** Seconds since the announcement. */
  get now(): number {
    return this.#now;
  }

  /** Clients that are not ready. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Goes on for some events.
   *
   * @returns whether there is more to do
   */
  advance(events: number): boolean {
    for (let count = 0; count < events; count += 1) {
      const now = this.#events.firstTime;
      if (this.#waiting === 0 || now > horizonSeconds) return false;
      this.#now = now;
      this.#handle(this.#events.first, now);
    }
    return true;
  }

  #handle(thing: number, now: number): void {
    const { lines, cells, clusters } = this.network;
    const state = lines[thing];
    const cell = cells[thing - lines.length];
    const cluster = clusters[thing - lines.length - cells.length];
    if (state) this.#changeLine(thing, state, now);
    else if (cell) this.#changeCell(cell, now);
    else if (cluster) this.#shareOut(cluster, now);
  }

  #changeLine(number: number, state: LineState, now: number): void {
    state.capacity = capacityAt(state.line.capacity, state.schedule, this.#scenario.startsAtSeconds + now);
    this.#planChange(number, state);
    for (const cell of state.cells) {
      limitCell(cell);
      const cluster = this.#clusterOf.get(cell);
      // Before time goes on, so that no line is ever above its capacity.
      if (cluster) this.#events.set(cluster.number, now);
      else this.#changeCell(cell, now);
    }
  }

  #planChange(number: number, { schedule }: LineState): void {
    if (!schedule) return;
    const start = this.#scenario.startsAtSeconds;
    this.#events.set(number, schedule.nextChange(start + this.#now) - start);
  }

  /** Clients of a cell join or are done. */
  #changeCell(cell: Cell, now: number): void {
    const before = countIn(cell);
    const rateBefore = cell.rate;
    serveCell(cell, now);
    for (const stream of cell.streams) {
      stream.finish(now);
      stream.join(now);
    }
    const after = countIn(cell);
    this.#waiting -= after.ready - before.ready;
    const cluster = this.#clusterOf.get(cell);
    const isHeld = rateCell(cell, cluster ? cell.rate + spareFor(cell) : Infinity, now);
    if (cluster) {
      cluster.activeClients += after.active - before.active;
      cluster.activeCells += Math.sign(after.active) - Math.sign(before.active);
      const leavesToOthers = cell.rate < rateBefore && cluster.highestFullLevel !== undefined;
      const changes = after.ready + after.joined - before.ready - before.joined;
      if (isHeld || leavesToOthers) this.#noteChanges(cluster, cell, changes, now);
    }
    this.#planCell(cell);
  }

  #noteChanges(cluster: Cluster, cell: Cell, changes: number, now: number): void {
    cluster.changes += changes;
    const enough = Math.max(1, cluster.activeClients * changedShare, cluster.activeCells * changedCellsShare);
    const { highestFullLevel: level } = cluster;
    const isDue = cluster.changes >= enough || level === undefined;
    const bytes = Math.min(...cell.streams.map(({ group }) => group.bytes));
    const latest = isDue ? now : now + (changedShare * bytes) / level;
    this.#events.set(cluster.number, Math.min(this.#events.timeOf(cluster.number), latest));
  }

  #shareOut(cluster: Cluster, now: number): void {
    this.#events.set(cluster.number, Infinity);
    cluster.shareOut();
    for (const cell of cluster.cells) {
      if (cell.level >= cell.settledLevel || countIn(cell).active === 0) continue;
      serveCell(cell, now);
      rateCell(cell, Infinity, now);
      this.#planCell(cell);
    }
  }

  #planCell(cell: Cell): void {
    let next = Infinity;
    for (const stream of cell.streams) {
      next = Math.min(next, stream.nextJoinTime, stream.nextFinishTime(this.#now));
    }
    this.#events.set(cell.number, next);
  }
}

function countIn(cell: Cell): { active: number; joined: number; ready: number } {
  const count = { active: 0, joined: 0, ready: 0 };
  for (const { active, joined, ready } of cell.streams) {
    count.active += active;
    count.joined += joined;
    count.ready += ready;
  }
  return count;
}
