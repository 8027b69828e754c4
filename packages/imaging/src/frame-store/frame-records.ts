import { DatabaseSync } from 'node:sqlite';
import type { BlobRange } from '../repository/repository.ts';

/** A frame in a pack file. */
export interface FrameRecord extends BlobRange {
  readonly crc32: number;
}

export interface PackRecord {
  readonly packDigest: string;
  readonly heldBytes: number;
}

const layoutVersion = 1;
const layout = `
  CREATE TABLE packs (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, key_id TEXT NOT NULL,
    held_bytes INTEGER NOT NULL, used INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE frames (
    pack INTEGER NOT NULL REFERENCES packs (id) ON DELETE CASCADE,
    offset_bytes INTEGER NOT NULL, length_bytes INTEGER NOT NULL, crc32 INTEGER NOT NULL,
    PRIMARY KEY (pack, offset_bytes)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${layoutVersion};`;

/**
 * Which frames lie in the pack files. What is lost in a power cut is a frame less; what is written here before its
 * bytes are is found by its checksum.
 */
export class FrameRecords implements Disposable {
  readonly #sqlite: DatabaseSync;
  readonly #statements;

  /** @throws when the file is no such record, or a broken one */
  constructor(path: string) {
    this.#sqlite = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true });
    try {
      this.#sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      const version = Number(this.#sqlite.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
      if (version === 0) this.#sqlite.exec(layout);
      else if (version !== layoutVersion) throw new Error(`The layout ${version} is not known.`);
      this.#statements = prepare(this.#sqlite);
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  get heldBytes(): number {
    return Number(this.#statements.total.get()?.['total'] ?? 0);
  }

  /** The key that the pack's frames are sealed with; `undefined` when nothing of it is held. */
  keyIdOf(packDigest: string): string | undefined {
    const keyId = this.#statements.pack.get(packDigest)?.['key_id'];
    return typeof keyId === 'string' ? keyId : undefined;
  }

  /** Frames that begin in a range, ascending. */
  find(packDigest: string, range: BlobRange): FrameRecord[] {
    const rows = this.#statements.find.all(
      packDigest,
      range.offsetBytes,
      range.offsetBytes + range.lengthBytes,
    );
    return rows.map((row) => ({
      offsetBytes: Number(row['offset_bytes']),
      lengthBytes: Number(row['length_bytes']),
      crc32: Number(row['crc32']),
    }));
  }

  add(packDigest: string, keyId: string, frames: readonly FrameRecord[]): void {
    this.#inTransaction(() => {
      this.#statements.addPack.run(packDigest, keyId);
      for (const { offsetBytes, lengthBytes, crc32 } of frames) {
        this.#statements.addFrame.run(offsetBytes, lengthBytes, crc32, packDigest);
      }
      this.#statements.recount.run(packDigest);
    });
  }

  remove(packDigest: string, frames: readonly BlobRange[]): void {
    this.#inTransaction(() => {
      for (const { offsetBytes } of frames) this.#statements.removeFrame.run(packDigest, offsetBytes);
      this.#statements.recount.run(packDigest);
    });
  }

  touch(packDigest: string): void {
    this.#statements.touch.run(packDigest);
  }

  /** The pack used longest ago, leaving one out. */
  leastRecentlyUsed(except?: string): PackRecord | undefined {
    const row = this.#statements.oldest.get(except ?? '');
    return row && { packDigest: String(row['digest']), heldBytes: Number(row['held_bytes']) };
  }

  removePack(packDigest: string): void {
    this.#statements.removePack.run(packDigest);
  }

  [Symbol.dispose](): void {
    this.#sqlite.close();
  }

  #inTransaction(work: () => void): void {
    this.#sqlite.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#sqlite.exec('COMMIT');
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
      throw error;
    }
  }
}

// `used` counts up rather than telling the time: a clock that was set back keeps no pack for ever.
const nextUse = '(SELECT coalesce(max(used), 0) + 1 FROM packs)';

function prepare(sqlite: DatabaseSync) {
  return {
    total: sqlite.prepare('SELECT coalesce(sum(held_bytes), 0) AS total FROM packs'),
    pack: sqlite.prepare('SELECT key_id FROM packs WHERE digest = ?'),
    find: sqlite.prepare(
      `SELECT offset_bytes, length_bytes, crc32 FROM frames
       WHERE pack = (SELECT id FROM packs WHERE digest = ?) AND offset_bytes >= ? AND offset_bytes < ?
       ORDER BY offset_bytes`,
    ),
    addPack: sqlite.prepare(
      `INSERT INTO packs (digest, key_id, held_bytes, used) VALUES (?, ?, 0, ${nextUse})
       ON CONFLICT (digest) DO UPDATE SET key_id = excluded.key_id, used = excluded.used`,
    ),
    addFrame: sqlite.prepare(
      `INSERT INTO frames (pack, offset_bytes, length_bytes, crc32)
       SELECT id, ?, ?, ? FROM packs WHERE digest = ?
       ON CONFLICT (pack, offset_bytes) DO UPDATE
       SET length_bytes = excluded.length_bytes, crc32 = excluded.crc32`,
    ),
    removeFrame: sqlite.prepare(
      'DELETE FROM frames WHERE pack = (SELECT id FROM packs WHERE digest = ?) AND offset_bytes = ?',
    ),
    recount: sqlite.prepare(
      `UPDATE packs SET held_bytes =
         (SELECT coalesce(sum(length_bytes), 0) FROM frames WHERE pack = packs.id)
       WHERE digest = ?`,
    ),
    touch: sqlite.prepare(`UPDATE packs SET used = ${nextUse} WHERE digest = ?`),
    oldest: sqlite.prepare('SELECT digest, held_bytes FROM packs WHERE digest <> ? ORDER BY used LIMIT 1'),
    removePack: sqlite.prepare('DELETE FROM packs WHERE digest = ?'),
  };
}
