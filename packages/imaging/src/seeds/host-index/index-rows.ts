import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FileStamp, HashedFile } from './file-ids.ts';

/** A file as the index knows it. */
export interface KnownFile {
  readonly id: bigint;
  readonly stamp: FileStamp;
}

/**
 * The rows of an index, changed in short transactions: what was committed is usable whatever comes after. `commit`
 * has to be called before the database is closed.
 */
export class IndexRows {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  #changesInTransaction = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Changes that a kill of the process would lose. */
  get uncommitted(): number {
    return this.#changesInTransaction;
  }

  commit(): void {
    if (this.#database.isTransaction) this.#database.exec('COMMIT');
    this.#changesInTransaction = 0;
  }

  fact(name: string): string | undefined {
    const value = this.#statements.fact.get(name)?.['value'];
    return typeof value === 'string' ? value : undefined;
  }

  putFact(name: string, value: string): void {
    this.#change(() => this.#statements.putFact.run(name, value));
  }

  /** Removes all facts whose names begin so. */
  removeFacts(prefix: string): void {
    this.#change(() => this.#statements.removeFacts.run(prefix, prefix));
  }

  /** The number of a folder, `undefined` when it is not in the index. */
  findFolder(path: Buffer): bigint | undefined {
    const id = this.#statements.findFolder.get(path)?.['id'];
    return typeof id === 'bigint' ? id : undefined;
  }

  /** Marks a folder as found by a refresh, taking it in where it is new. */
  putFolder(path: Buffer, rank: number, run: number): bigint {
    return this.#change(() => {
      const id = this.#statements.putFolder.get(path, rank, run)?.['id'];
      if (typeof id !== 'bigint') throw new TypeError('A folder was not given a number.');
      return id;
    });
  }

  /** Files of a folder by name, its bytes read as Latin-1. */
  filesOf(folder: bigint): Map<string, KnownFile> {
    const files = new Map<string, KnownFile>();
    for (const row of this.#statements.filesOf.iterate(folder)) {
      const { id, name, size, mtime_ns: mtimeNs, ctime_ns: ctimeNs, inode } = row;
      const isWhole = typeof id === 'bigint' && typeof size === 'bigint' && typeof mtimeNs === 'bigint';
      if (!isWhole || typeof ctimeNs !== 'bigint' || typeof inode !== 'bigint') continue;
      if (!(name instanceof Uint8Array)) continue;
      files.set(Buffer.from(name).toString('latin1'), { id, stamp: { size, mtimeNs, ctimeNs, inode } });
    }
    return files;
  }

  addFile(folder: bigint, name: Buffer, { stamp, ids }: HashedFile): void {
    const { size, mtimeNs, ctimeNs, inode } = stamp;
    this.#change(() => this.#statements.addFile.run(folder, name, size, mtimeNs, ctimeNs, inode, ids));
  }

  removeFile(id: bigint): void {
    this.#change(() => this.#statements.removeFile.run(id));
  }

  /** Removes some of the folders that the refresh did not find, with their files. Tells how many files, and if more. */
  removeUnseen(run: number): { readonly files: number; readonly isDone: boolean } {
    const folders = this.#statements.unseen.all(run);
    let files = 0;
    for (const { id } of folders) {
      if (typeof id !== 'bigint') continue;
      this.#change(() => {
        files += Number(this.#statements.removeFilesOf.run(id).changes);
        this.#statements.removeFolder.run(id);
      });
    }
    return { files, isDone: folders.length === 0 };
  }

  #change<T>(work: () => T): T {
    if (!this.#database.isTransaction) this.#database.exec('BEGIN IMMEDIATE');
    this.#changesInTransaction += 1;
    return work();
  }
}

interface Statements {
  readonly fact: StatementSync;
  readonly putFact: StatementSync;
  readonly removeFacts: StatementSync;
  readonly findFolder: StatementSync;
  readonly putFolder: StatementSync;
  readonly filesOf: StatementSync;
  readonly addFile: StatementSync;
  readonly removeFile: StatementSync;
  readonly unseen: StatementSync;
  readonly removeFilesOf: StatementSync;
  readonly removeFolder: StatementSync;
}

function prepare(database: DatabaseSync): Statements {
  const reading = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  return {
    fact: database.prepare('SELECT value FROM facts WHERE name = ?'),
    putFact: database.prepare(
      'INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    removeFacts: database.prepare('DELETE FROM facts WHERE substr(name, 1, length(?)) = ?'),
    findFolder: reading('SELECT id FROM folders WHERE path = ?'),
    putFolder: reading(
      `INSERT INTO folders (path, rank, seen) VALUES (?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET rank = excluded.rank, seen = excluded.seen RETURNING id`,
    ),
    filesOf: reading('SELECT id, name, size, mtime_ns, ctime_ns, inode FROM files WHERE folder = ?'),
    addFile: database.prepare(
      'INSERT INTO files (folder, name, size, mtime_ns, ctime_ns, inode, ids) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    removeFile: database.prepare('DELETE FROM files WHERE id = ?'),
    unseen: reading('SELECT id FROM folders WHERE seen <> ? LIMIT 64'),
    removeFilesOf: database.prepare('DELETE FROM files WHERE folder = ?'),
    removeFolder: database.prepare('DELETE FROM folders WHERE id = ?'),
  };
}
