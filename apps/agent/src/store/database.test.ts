import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-database-'));
  path = join(folder, 'agent.db');
});
afterEach(() => rm(folder, { recursive: true }));

describe('database of the agent', () => {
  it('takes a transaction back as a whole', () => {
    using database = openDatabase(path);
    const insert = database.sqlite.prepare('INSERT INTO facts (name, value) VALUES (?, ?)');
    expect(() =>
      database.transaction(() => {
        insert.run('a', '1');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(database.sqlite.prepare('SELECT * FROM facts').all()).toEqual([]);
  });

  it('says that a file is damaged which holds something else', async () => {
    await writeFile(path, 'x'.repeat(8192));
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }));
  });

  it('leaves what a newer agent made alone', () => {
    openDatabase(path)[Symbol.dispose]();
    {
      using newer = new DatabaseSync(path);
      newer.exec('PRAGMA user_version = 999');
    }
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }));
    using untouched = new DatabaseSync(path);
    expect(untouched.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 });
  });
});
