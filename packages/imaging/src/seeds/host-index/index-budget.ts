import type { DatabaseSync, StatementSync } from 'node:sqlite';
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
  readonly #floors = new Map<number, number>();
  #usedBytes: number;

  /** @param settings tell apart refreshes whose drops mean different things */
  constructor(
    database: DatabaseSync,
    rows: IndexRows,
    { maxBytes, settings, lastRank }: { maxBytes: number; settings: string; lastRank: number },
  ) {
    this.#rows = rows;
    this.#maxBytes = maxBytes;
    this.#statements = prepare(database);
    this.#usedBytes = baseBytes + Number(this.#statements.used.get()?.['bytes'] ?? 0);
    const hasRoomAgain = this.#usedBytes < maxBytes * 0.75;
    const isSame = rows.fact('settings') === settings;
    if (hasRoomAgain || !isSame) rows.removeFacts(floorFact(''));
    else this.#loadFloors(lastRank);
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
    return dropped;
  }

  #loadFloors(lastRank: number): void {
    for (let rank = 0; rank <= lastRank; rank += 1) {
      const size = Number(this.#rows.fact(floorFact(rank)) ?? Number.NaN);
      if (Number.isSafeInteger(size)) this.#floors.set(rank, size);
    }
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
    const floor = Math.max(largest, this.#floors.get(rank) ?? 0);
    this.#floors.set(rank, floor);
    this.#rows.putFact(floorFact(rank), String(floor));
    return dropped;
  }

  #recount(): void {
    this.#usedBytes = baseBytes + Number(this.#statements.used.get()?.['bytes'] ?? 0);
  }
}

function floorFact(rank: number | ''): string {
  return `floor ${rank}`;
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
