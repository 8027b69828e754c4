import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AgentDatabase, openDatabase } from './database.ts';
import { createFacts, type Facts } from './facts.ts';
import { createStoreSeal, type StoreSeal, withSeal } from './store-seal.ts';

const key = new Uint8Array(32).fill(7);
let folder: string;
let database: AgentDatabase;
let seal: StoreSeal;
let facts: Facts;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-seal-'));
  database = openDatabase(join(folder, 'agent.db'));
  seal = createStoreSeal(database, key);
  facts = withSeal(createFacts(database), seal);
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function putLease(token: string): void {
  seal.change(() => {
    database.sqlite
      .prepare(
        `INSERT INTO leases (workspace_id, user_id, jws) VALUES ('w', 'u', ?)
         ON CONFLICT (workspace_id, user_id) DO UPDATE SET jws = excluded.jws`,
      )
      .run(token);
  });
}
const byHand = (sql: string): void => database.sqlite.exec(sql);

describe('the seal of the store', () => {
  it('is intact before anything was kept, and after every change made through it', () => {
    expect(seal.isIntact).toBe(true);
    putLease('first');
    facts.write('time-mark', { trustedMs: 1 });
    expect(seal.isIntact).toBe(true);
    expect(createStoreSeal(database, key).isIntact).toBe(true);
  });

  it.each([
    ['a lease altered', "UPDATE leases SET jws = 'generous'"],
    ['a lease removed', 'DELETE FROM leases'],
    ['a lease added', "INSERT INTO leases VALUES ('other', 'u', 'lease')"],
    ['the high-water mark lowered', `UPDATE facts SET value = '{"trustedMs":1}' WHERE name = 'time-mark'`],
    ['the high-water mark removed', "DELETE FROM facts WHERE name = 'time-mark'"],
    ['a lost contact hidden', "DELETE FROM facts WHERE name = 'contact'"],
    ['a lock lifted', `UPDATE workspaces SET record = '{}'`],
    ['a verifier planted', "INSERT INTO verifiers VALUES ('u', x'00')"],
    ['the seal removed', "DELETE FROM facts WHERE name = 'seal'"],
  ])('is broken by %s', (_what, sql) => {
    putLease('lease');
    facts.write('time-mark', { trustedMs: 2 });
    facts.write('contact', { kind: 'failing', sinceMs: 1 });
    seal.change(() => byHand(`INSERT INTO workspaces VALUES ('w', 'u', '{"lock":true}')`));
    byHand(sql);
    expect(seal.isIntact).toBe(false);
    expect(facts.read('time-mark', z.unknown())).toBeUndefined();
  });

  it('is not mended by what the agent writes, nor by putting an old row back under it', () => {
    putLease('generous');
    const old = database.sqlite.prepare("SELECT value FROM facts WHERE name = 'seal'").get()?.['value'];
    facts.write('time-mark', { trustedMs: 2 });
    putLease('strict');
    byHand("UPDATE leases SET jws = 'generous'");
    facts.write('contact', { kind: 'online' });
    expect(seal.isIntact).toBe(false);
    database.sqlite.prepare("UPDATE facts SET value = ? WHERE name = 'seal'").run(String(old));
    expect(seal.isIntact).toBe(false);
  });

  it('is of this device: on another one nothing of the store counts', () => {
    putLease('lease');
    expect(createStoreSeal(database, new Uint8Array(32)).isIntact).toBe(false);
  });

  it('forgets leases and verifiers when the server was reached, and only if it was broken', () => {
    putLease('lease');
    seal.restore();
    expect(database.sqlite.prepare('SELECT jws FROM leases').all()).toHaveLength(1);
    byHand("UPDATE leases SET jws = 'generous'");
    seal.restore();
    expect(database.sqlite.prepare('SELECT jws FROM leases').all()).toEqual([]);
    putLease('renewed');
    expect(seal.isIntact).toBe(true);
  });

  it('takes a change back as a whole when that fails', () => {
    putLease('lease');
    expect(() =>
      seal.change(() => {
        byHand('DELETE FROM leases');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(seal.isIntact).toBe(true);
  });
});
