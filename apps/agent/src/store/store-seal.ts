import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgentDatabase } from './database.ts';
import type { Facts } from './facts.ts';

/** Facts on which it depends what may run. */
const sealedFacts = ['time-mark', 'contact', 'lease-keys', 'sign-ins'] as const;
const sealedTables = ['leases', 'workspaces', 'verifiers'] as const;
const sealName = 'seal';

/**
 * Shows that what decides about permissions was written by this agent on this device: leases, the keys that verify
 * them, workspaces, sign-ins and their verifiers, trusted time and contact, all under one keyed hash. Somebody who edits the database, or puts an older row
 * back, breaks it; what counts then is only what the server says at the next contact.
 */
export interface StoreSeal {
  readonly isIntact: boolean;
  /** Runs work that changes what is sealed, in one transaction with the new seal. A broken seal stays broken. */
  change<T>(work: () => T): T;
  /** The server was reached: forgets what cannot be trusted, if anything, and seals what is left. */
  restore(): void;
}

/** @param key 32 bytes that only this device has */
export function createStoreSeal(database: AgentDatabase, key: Uint8Array): StoreSeal {
  const { sqlite } = database;
  const facts = sealedFacts.map((name) => ({
    name,
    select: sqlite.prepare(`SELECT value FROM facts WHERE name = '${name}'`),
  }));
  const tables = sealedTables.map((name) => ({
    name,
    select: sqlite.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`),
  }));
  const readSeal = sqlite.prepare(`SELECT value FROM facts WHERE name = '${sealName}'`);
  const writeSeal = sqlite.prepare(
    `INSERT INTO facts (name, value) VALUES ('${sealName}', ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );

  /** `undefined` when there is nothing to be sealed yet. */
  const compute = (): Buffer | undefined => {
    const content = [...facts, ...tables].map(
      ({ name, select }) => [name, select.all().map(asText)] as const,
    );
    if (content.every(([, rows]) => rows.length === 0)) return undefined;
    return createHmac('sha256', key).update(JSON.stringify(content)).digest();
  };
  const isIntact = (): boolean => {
    const stored = readSeal.get()?.['value'];
    const expected = compute();
    if (!expected) return true;
    const found = Buffer.from(typeof stored === 'string' ? stored : '', 'base64url');
    return found.length === expected.length && timingSafeEqual(found, expected);
  };
  const seal = (): void => {
    const fresh = compute();
    if (fresh) writeSeal.run(fresh.toString('base64url'));
  };

  return {
    get isIntact() {
      return isIntact();
    },
    change: (work) =>
      database.transaction(() => {
        const wasIntact = isIntact();
        const result = work();
        if (wasIntact) seal();
        return result;
      }),
    restore: () => {
      database.transaction(() => {
        if (isIntact()) return;
        sqlite.exec("DELETE FROM leases; DELETE FROM verifiers; DELETE FROM facts WHERE name = 'sign-ins';");
        seal();
      });
    },
  };
}

/** Facts whose changes are sealed. Read while the seal is broken, there are none. */
export function withSeal(facts: Facts, seal: StoreSeal): Facts {
  return {
    read: (name, schema) => (seal.isIntact ? facts.read(name, schema) : undefined),
    write: (name, value) => seal.change(() => facts.write(name, value)),
  };
}

function asText(row: Record<string, unknown>): unknown[] {
  return Object.values(row).map((value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : value,
  );
}
