import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { IndexRows } from './index-rows.ts';

// What SQLite needs for a row beside its name and ids: numbers, headers, the entry in the index by folder.
const rowBytes = 80;
// A long row ends in a page of its own, half of which is empty on average.
const longRowBytes = 2048;
const longIds = 3500;
const folderRowBytes = 40;
/** Pages of the tables themselves, and room for the log of changes. */
const baseBytes = 64 * 1024;
const keptShare = 0.95;
/** What a file takes in the index, roughly and rather too much. */
const costSql = `(length(ids) + length(name) + ${rowBytes} + (length(ids) > ${longIds}) * ${longRowBytes})`;

/**
 * Keeps the index within its size. Blocks per byte of index decide, as any block is as likely to be found as another
 * within one folder: small files go first, and those of the folders named last before all others. Remembers up to
 * which size files were dropped, so that the next refresh does not hash them just to drop them again.
 */
export class IndexBudget {
  readonly #rows: IndexRows;
  readonly #maxBytes: number;
  readonly #statements: BudgetStatements;
  /** By rank: files up to this size have no room. */
  readonly #floors: Map<number, number>;
  #usedBytes: number;

  /** @param settings tell apart refreshes whose drops mean different things */
  constructor(database: DatabaseSync, rows: IndexRows, maxBytes: number, settings: string) {
    this.#rows = rows;
    this.#maxBytes = maxBytes;
    this.#statements = prepare(database);
    this.#usedBytes = baseBytes + Number(this.#statements.used.get()?.['bytes'] ?? 0);
    const hasRoomAgain = this.#usedBytes < maxBytes * 0.75;
    const isSame = rows.fact('settings') === settings;
    this.#floors = isSame && !hasRoomAgain ? parseFloors(rows.fact('floors')) : new Map<number, number>();
    rows.putFact('settings', settings);
  }

  /** Whether a file of this size has room, as far as is known before it is read. */
  hasRoom(rank: number, sizeBytes: number): boolean {
    return sizeBytes > (this.#floors.get(rank) ?? 0);
  }

  addedFolder(pathBytes: number): void {
    this.#usedBytes += 2 * pathBytes + folderRowBytes;
  }

  addedFile(nameBytes: number, idsBytes: number): void {
    const isLong = idsBytes > longIds;
    this.#usedBytes += idsBytes + nameBytes + rowBytes + (isLong ? longRowBytes : 0);
  }

  /** Drops rows until the index fits. Tells how many files were dropped. */
  settle(): number {
    if (this.#usedBytes <= this.#maxBytes) return 0;
    this.#recount();
    let dropped = 0;
    while (this.#usedBytes > this.#maxBytes) {
      const rank = this.#statements.lastRank.get()?.['rank'];
      if (typeof rank !== 'number') break;
      const droppedHere = this.#dropSmallest(rank, this.#usedBytes - this.#maxBytes * keptShare);
      if (droppedHere === 0) break;
      dropped += droppedHere;
    }
    if (dropped > 0) this.#rows.putFact('floors', JSON.stringify([...this.#floors]));
    return dropped;
  }

  #dropSmallest(rank: number, bytes: number): number {
    let [freed, dropped, largest] = [0, 0, 0];
    const ids: bigint[] = [];
    for (const row of this.#statements.smallest.iterate(rank)) {
      if (freed >= bytes) break;
      const { id, size, cost } = row;
      if (typeof id !== 'number' || typeof size !== 'number' || typeof cost !== 'number') continue;
      ids.push(BigInt(id));
      freed += cost;
      largest = Math.max(largest, size);
      dropped += 1;
    }
    for (const id of ids) this.#rows.removeFile(id);
    this.#usedBytes -= freed;
    this.#floors.set(rank, Math.max(largest, this.#floors.get(rank) ?? 0));
    return dropped;
  }

  #recount(): void {
    this.#usedBytes = baseBytes + Number(this.#statements.used.get()?.['bytes'] ?? 0);
  }
}

interface BudgetStatements {
  readonly used: StatementSync;
  readonly lastRank: StatementSync;
  readonly smallest: StatementSync;
}

function prepare(database: DatabaseSync): BudgetStatements {
  return {
    used: database.prepare(
      `SELECT (SELECT coalesce(sum(${costSql}), 0) FROM files)
        + (SELECT coalesce(sum(2 * length(path) + ${folderRowBytes}), 0) FROM folders) AS bytes`,
    ),
    lastRank: database.prepare(
      'SELECT max(rank) AS rank FROM folders WHERE EXISTS (SELECT 1 FROM files WHERE folder = folders.id)',
    ),
    smallest: database.prepare(
      `SELECT files.id AS id, size, ${costSql} AS cost
       FROM files JOIN folders ON folders.id = folder WHERE rank = ? ORDER BY size`,
    ),
  };
}

const floorsSchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : 'not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.array(z.tuple([z.number(), z.number()])));

function parseFloors(text: string | undefined): Map<number, number> {
  const floors = floorsSchema.safeParse(text);
  return new Map(floors.success ? floors.data : []);
}
