import type { ConsolidationFinding } from '../finding.ts';
import type { Inventory } from '../physical-server.ts';
import type { SampleTable } from '../series/index.ts';
import { type Counter, parseCounter } from './counter.ts';
import { type CsvBlock, readCsvBlocks } from './csv-rows.ts';
import { parseSampleTime } from './sample-time.ts';

export interface SampleFile {
  /** For findings. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Reads performance samples into a table: rows of Time, Server, Counter, Value, or a log of Windows (perfmon, typeperf,
 * relog: one column a counter). Only what is behind the last row is ever held of the file.
 *
 * @throws {CONSOLIDATION_SPAN}
 */
export async function readSamples(
  file: SampleFile,
  inventory: Inventory,
  table: SampleTable,
  signal?: AbortSignal,
): Promise<ConsolidationFinding[]> {
  const reader = new SampleReader(file.name, inventory, table);
  for await (const { rows, delimiter } of readCsvBlocks(file.chunks)) {
    signal?.throwIfAborted();
    for (const row of rows) reader.take(row, delimiter);
  }
  return reader.findings();
}

/** What is remembered of names in a file that may have a new one in each row. */
const mostNames = 10_000;

type TakeRow = (row: readonly string[], delimiter: CsvBlock['delimiter']) => void;

class SampleReader {
  readonly #file: string;
  readonly #table: SampleTable;
  readonly #memoryGbByServer: ReadonlyMap<string, number>;
  readonly #counters = new Map<string, Counter | undefined>();
  readonly #unknownServers = new Set<string>();
  readonly #missing: string[] = [];
  #invalid = 0;
  #firstInvalid = '';
  #row = 0;
  #takeRow: TakeRow | undefined;
  #time = { text: '', atMs: undefined as number | undefined };

  constructor(file: string, inventory: Inventory, table: SampleTable) {
    this.#file = file;
    this.#table = table;
    this.#memoryGbByServer = new Map(
      inventory.servers.map(({ name, memoryGb }) => [name.toLowerCase(), memoryGb]),
    );
  }

  take(row: readonly string[], delimiter: CsvBlock['delimiter']): void {
    this.#row += 1;
    if (this.#takeRow === undefined) this.#takeRow = this.#layoutOf(row);
    else this.#takeRow(row, delimiter);
  }

  findings(): ConsolidationFinding[] {
    const unknownCounters = [...this.#counters].flatMap(([name, counter]) =>
      counter === undefined ? name : [],
    );
    return [
      ...this.#missing.map((heading) =>
        this.#finding(
          'error',
          'COLUMN_MISSING',
          `${this.#file} has no column ${heading}.`,
          'Give it the columns Time, Server, Counter, Value, or make it with typeperf or relog -f CSV.',
        ),
      ),
      ...(this.#invalid === 0
        ? []
        : [
            this.#finding(
              'warning',
              'CELL_INVALID',
              `${this.#invalid} rows have no valid time or value; the first is ${this.#firstInvalid}.`,
              'Times are ISO 8601 or month/day/year, values numbers from 0.',
            ),
          ]),
      ...listed(this.#unknownServers, (names) =>
        this.#finding(
          'warning',
          'SERVER_UNKNOWN',
          `Samples of servers that the inventory does not have were left out: ${names}.`,
          'Add them to the inventory, or correct their names.',
        ),
      ),
      ...listed(unknownCounters, (names) =>
        this.#finding(
          'warning',
          'COUNTER_UNKNOWN',
          `Counters that the assessment does not use were left out: ${names}.`,
          'Nothing to do, unless one is meant to be a counter of Table 20-5.',
        ),
      ),
    ];
  }

  /** The first row tells the layout. */
  #layoutOf(headings: readonly string[]): TakeRow {
    const [first = ''] = headings;
    const log = /^\(PDH-[CT]SV \d+\.\d+\)(?:.*\((-?\d+)\))?/.exec(first);
    if (log !== null) return this.#logLayout(headings, Number(log[1] ?? 0));
    const indexes = ['Time', 'Server', 'Counter', 'Value'].map((wanted) => {
      const index = headings.findIndex((heading) => heading.trim().toLowerCase() === wanted.toLowerCase());
      if (index < 0) this.#missing.push(wanted);
      return index;
    });
    if (this.#missing.length > 0) return () => undefined;
    const [time = 0, server = 0, counter = 0, value = 0] = indexes;
    return (row, delimiter) => {
      const found = this.#counterOf(row[counter] ?? '');
      if (found === undefined) return;
      const name = found.server ?? row[server]?.trim() ?? '';
      this.#add(name, found, row[time] ?? '', 0, valueOf(row[value], delimiter));
    };
  }

  #logLayout(headings: readonly string[], biasMinutes: number): TakeRow {
    const columns = headings.slice(1).map((heading) => this.#counterOf(heading));
    return (row, delimiter) => {
      columns.forEach((counter, index) => {
        const value = row[index + 1] ?? '';
        // A counter has no value in the first row, and where its server did not answer.
        if (counter === undefined || value.trim() === '') return;
        this.#add(counter.server ?? '', counter, row[0] ?? '', biasMinutes, valueOf(value, delimiter));
      });
    };
  }

  #add(server: string, counter: Counter, time: string, biasMinutes: number, value: number): void {
    const memoryGb = this.#memoryGbByServer.get(server.toLowerCase());
    if (memoryGb === undefined) {
      if (this.#unknownServers.size < mostNames) this.#unknownServers.add(server);
      return;
    }
    if (time !== this.#time.text)
      this.#time = { text: time, atMs: parseSampleTime(time.trim(), biasMinutes) };
    const { atMs } = this.#time;
    if (
      atMs === undefined ||
      typeof value !== 'number' ||
      !(value >= 0) ||
      value === Number.POSITIVE_INFINITY
    ) {
      this.#invalid += 1;
      this.#firstInvalid ||= `row ${this.#row}`;
      return;
    }
    this.#table.add(server, counter.measure, counter.instance, atMs, counter.convert(value, memoryGb));
  }

  #counterOf(name: string): Counter | undefined {
    const known = this.#counters.get(name);
    if (known !== undefined || this.#counters.has(name)) return known;
    const counter = parseCounter(name);
    if (this.#counters.size < mostNames) this.#counters.set(name, counter);
    return counter;
  }

  #finding(
    severity: ConsolidationFinding['severity'],
    code: ConsolidationFinding['code'],
    message: string,
    remedy: string,
  ): ConsolidationFinding {
    return { severity, code, place: this.#file, message, remedy };
  }
}

/** `NaN` when it is no number. Counters group no digits, so a comma that separates no fields is a decimal mark. */
function valueOf(text = '', delimiter: CsvBlock['delimiter']): number {
  if (text.trim() === '') return Number.NaN;
  return Number(delimiter === ',' ? text : text.replace(',', '.'));
}

/** One finding about all of them, naming the first ten. */
function listed(
  names: Iterable<string>,
  finding: (names: string) => ConsolidationFinding,
): ConsolidationFinding[] {
  const all = [...names].sort();
  if (all.length === 0) return [];
  const more = all.length > 10 ? ` and ${all.length - 10} more` : '';
  return [finding(`${all.slice(0, 10).join(', ')}${more}`)];
}
