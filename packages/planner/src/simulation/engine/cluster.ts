import { EventHeap } from './event-heap.ts';
import type { Cell, LineState } from './network-state.ts';
import { addDemand, type Demand, levelWithin } from './shares.ts';

/** A shared line while it is shared out. */
interface Share {
  readonly state: LineState;
  readonly place: number;
  /** What the cells have that other lines hold back more. */
  fixedRate: number;
  /** The level at which the line is full; a lower bound while cells were fixed since. */
  level: number;
  isStale: boolean;
}

/** Cells that share lines, directly or through others, and the lines. */
export class Cluster {
  readonly number: number;
  readonly cells: readonly Cell[];
  readonly #shares: readonly Share[];
  readonly #sharesOf: ReadonlyMap<LineState, Share>;
  readonly #order: EventHeap;
  readonly #demand: Demand = { rate: 0, slope: 0 };
  /** Clients that joined or left since the lines were shared out. */
  changes = 0;
  activeClients = 0;
  activeCells = 0;
  /** Highest level of the full lines when they were shared out last; `undefined`: no line was full. */
  highestFullLevel: number | undefined;

  constructor(number: number, cells: readonly Cell[], lines: readonly LineState[]) {
    this.number = number;
    this.cells = cells;
    this.#shares = lines.map((state, place) => ({
      state,
      place,
      fixedRate: 0,
      level: 0,
      isStale: false,
    }));
    this.#sharesOf = new Map(this.#shares.map((share) => [share.state, share]));
    this.#order = new EventHeap(lines.length);
  }

  /**
   * Sets the level of each cell so that the lines are shared max-min fairly among all clients: nobody could have more
   * without taking from somebody who has no more. The line with the lowest level is full first; its cells have what
   * they have, and what they leave of other lines is for the others.
   */
  shareOut(): void {
    this.changes = 0;
    this.highestFullLevel = undefined;
    for (const cell of this.cells) {
      cell.level = Infinity;
      cell.isFixed = false;
    }
    for (const share of this.#shares) {
      share.fixedRate = 0;
      share.level = 0;
      this.#findLevel(share);
    }
    while (this.#order.firstTime < Infinity) {
      const share = this.#shares[this.#order.first];
      if (!share) break;
      if (share.isStale) this.#findLevel(share);
      else this.#fill(share);
    }
  }

  #findLevel(share: Share): void {
    share.isStale = false;
    const demand = this.#demand;
    share.level = levelWithin(share.state.capacity, share.level, (level) => {
      demand.rate = share.fixedRate;
      demand.slope = 0;
      for (const cell of share.state.cells) {
        if (!cell.isFixed) addDemand(demand, cell.streams, level, cell.ownLimit);
      }
      return demand;
    });
    this.#order.set(share.place, share.level);
  }

  #fill(share: Share): void {
    this.#order.set(share.place, Infinity);
    this.highestFullLevel = share.level;
    for (const cell of share.state.cells) {
      if (cell.isFixed) continue;
      cell.isFixed = true;
      cell.level = share.level;
      const demand = this.#demand;
      demand.rate = 0;
      addDemand(demand, cell.streams, share.level, cell.ownLimit);
      for (const state of cell.sharedLines) {
        const other = this.#sharesOf.get(state);
        if (!other || other === share) continue;
        other.fixedRate += demand.rate;
        other.isStale = true;
      }
    }
  }
}
