import type { Cell } from './network-state.ts';
import { addDemand, type Demand, levelWithin } from './shares.ts';

/** Serves the streams of a cell up to now, at the rates they have had. */
export function serveCell(cell: Cell, now: number): void {
  const seconds = now - cell.servedUntil;
  for (const stream of cell.streams) stream.serve(cell.servedUntil, seconds);
  cell.servedUntil = now;
}

/**
 * Shares out among a cell's clients what they can have: at most the cell's level each, and in all what its own lines
 * and the allowance let through.
 *
 * @returns whether anybody could have more if other cells took less
 */
export function rateCell(cell: Cell, allowance: number, now: number): boolean {
  const own = cell.ownLimit;
  const demand = { rate: 0, slope: 0 };
  const demandAt = (level: number): Demand => {
    demand.rate = 0;
    demand.slope = 0;
    addDemand(demand, cell.streams, level, Infinity);
    return demand;
  };
  const ownLevel = levelWithin(own, 0, demandAt);
  const heldLevel = allowance < own ? levelWithin(allowance, 0, demandAt) : ownLevel;
  const level = Math.min(heldLevel, cell.level);
  cell.settledLevel = level >= ownLevel ? ownLevel : Number.NaN;
  let rate = 0;
  let isHeld = false;
  for (const stream of cell.streams) {
    const most = Math.min(ownLevel, stream.group.maxBytesPerSecond);
    stream.rate = stream.active === 0 ? 0 : Math.min(level, most);
    rate += stream.rate * stream.active;
    if (stream.active > 0 && stream.rate < most) isHeld = true;
  }
  setCellRate(cell, rate, now);
  return isHeld;
}

/** How much more a cell can take without taking from others. */
export function spareFor(cell: Cell): number {
  let spare = Infinity;
  for (const { capacity, record } of cell.sharedLines) spare = Math.min(spare, capacity - record.rate);
  return Math.max(0, spare);
}

function setCellRate(cell: Cell, rate: number, now: number): void {
  const more = rate - cell.rate;
  cell.rate = rate;
  if (more === 0) return;
  for (const { cells, record } of cell.lines) {
    record.setRate(now, cells.length === 1 ? rate : Math.max(0, record.rate + more));
  }
}
