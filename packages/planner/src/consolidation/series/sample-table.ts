import { fail } from '@carrel/contract/errors';

/** No server has so many network adapters. */
const mostInstances = 200;

/** What is measured of a server; one number each per moment. */
export const measures = [
  'processorShare',
  'memoryGb',
  'diskReadMbPerSecond',
  'diskWriteMbPerSecond',
  'networkSentMbitPerSecond',
  'networkReceivedMbitPerSecond',
  'networkTotalMbitPerSecond',
] as const;
export type Measure = (typeof measures)[number];

/** How the samples of an interval become one value: the book takes means; peaks are more careful. */
export type Statistic = 'mean' | 'peak';

export interface SampleTableOptions {
  /** 1 to 24: an hour is the shortest and a day the longest that the book recommends (L4155). */
  readonly intervalHours: number;
  readonly statistic: Statistic;
  /** Days that the samples may span together. */
  readonly maxDays: number;
}

/**
 * Collects samples of any number of servers by the interval. Its memory depends on servers and intervals only, not on
 * how many samples there are. Moments are milliseconds since 1970.
 */
export class SampleTable {
  readonly #options: SampleTableOptions;
  readonly #servers = new Map<string, Map<Measure, Map<string, Track>>>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #samples = 0;

  constructor(options: SampleTableOptions) {
    this.#options = options;
  }

  /**
   * Takes a sample. Servers are told apart without regard to case.
   *
   * @param instance of several that add up, such as network adapters
   * @throws {SHEETS_TOO_LARGE} too many instances
   * @throws {CONSOLIDATION_SPAN} with this sample they would span more days than allowed
   */
  add(server: string, measure: Measure, instance: string, atMs: number, value: number): void {
    const interval = Math.floor(atMs / (this.#options.intervalHours * 3_600_000));
    this.#first = Math.min(this.#first, interval);
    this.#last = Math.max(this.#last, interval);
    if ((this.#last - this.#first) * this.#options.intervalHours > this.#options.maxDays * 24) {
      throw fail('CONSOLIDATION_SPAN', { days: this.#options.maxDays });
    }
    this.#samples += 1;
    this.#track(server, measure, instance).add(interval, value, this.#options.statistic);
  }

  /** How many samples were taken. */
  get sampleCount(): number {
    return this.#samples;
  }

  /** Intervals from the first sample of any server to the last. */
  get intervalCount(): number {
    return this.#samples === 0 ? 0 : this.#last - this.#first + 1;
  }

  get intervalHours(): number {
    return this.#options.intervalHours;
  }

  /** The start of the first interval, in milliseconds since 1970. */
  get startMs(): number {
    return this.#first * this.#options.intervalHours * 3_600_000;
  }

  /** Whether a server has samples of a measure. */
  has(server: string, measure: Measure): boolean {
    return this.#servers.get(server.toLowerCase())?.has(measure) === true;
  }

  /**
   * One value an interval, the sum of all instances; `NaN` where none has a sample, `undefined` when the server has none
   * of this measure.
   */
  values(server: string, measure: Measure): Float64Array | undefined {
    const tracks = this.#servers.get(server.toLowerCase())?.get(measure);
    const [first, ...others] = [...(tracks?.values() ?? [])].map((track) =>
      track.values(this.#first, this.intervalCount, this.#options.statistic),
    );
    for (const other of others) {
      other.forEach((value, interval) => {
        const sum = first?.[interval] ?? Number.NaN;
        if (first !== undefined && !Number.isNaN(value))
          first[interval] = Number.isNaN(sum) ? value : sum + value;
      });
    }
    return first;
  }

  #track(server: string, measure: Measure, instance: string): Track {
    const measuresOfServer = entry(
      this.#servers,
      server.toLowerCase(),
      () => new Map<Measure, Map<string, Track>>(),
    );
    const instances = entry(measuresOfServer, measure, () => new Map<string, Track>());
    return entry(instances, instance, () => {
      if (instances.size >= mostInstances) {
        throw fail('SHEETS_TOO_LARGE', { what: 'instances of a counter of one server', most: mostInstances });
      }
      return new Track();
    });
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Sums and counts, or peaks, of one measure of one server; grows at both ends. */
class Track {
  #start = 0;
  #totals = new Float64Array(0);
  #counts = new Uint32Array(0);

  add(interval: number, value: number, statistic: Statistic): void {
    const index = this.#roomFor(interval);
    const count = this.#counts[index] ?? 0;
    const total = this.#totals[index] ?? 0;
    this.#totals[index] = statistic === 'mean' || count === 0 ? total + value : Math.max(total, value);
    this.#counts[index] = count + 1;
  }

  values(first: number, count: number, statistic: Statistic): Float64Array {
    const offset = first - this.#start;
    return Float64Array.from({ length: count }, (_, index) => {
      const samples = this.#counts[index + offset] ?? 0;
      const total = this.#totals[index + offset] ?? 0;
      if (samples === 0) return Number.NaN;
      return statistic === 'mean' ? total / samples : total;
    });
  }

  #roomFor(interval: number): number {
    const length = this.#totals.length;
    if (length === 0) this.#start = interval;
    const before = Math.max(this.#start - interval, 0);
    const after = Math.max(interval - (this.#start + length - 1), 0);
    if (before + after > 0) {
      // Twice the room each time, so that taking n samples costs n.
      const front = before === 0 ? 0 : Math.max(before, length);
      const grown = front + length + (after === 0 ? 0 : Math.max(after, length));
      const totals = new Float64Array(grown);
      const counts = new Uint32Array(grown);
      totals.set(this.#totals, front);
      counts.set(this.#counts, front);
      this.#totals = totals;
      this.#counts = counts;
      this.#start -= front;
    }
    return interval - this.#start;
  }
}
