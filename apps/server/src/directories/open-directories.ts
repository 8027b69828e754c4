import { createLdapDirectory, type LdapDirectory } from '@carrel/directory';
import { isAppError } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import { recordServerEvent } from '../events/index.ts';
import type { Services } from '../services.ts';
import { settingsOf } from './directory-rows.ts';

/** A configured directory that can be asked. */
export interface OpenDirectory {
  readonly id: string;
  readonly name: string;
  /** What was last learned of somebody counts for so long without contact. */
  readonly trustMs: number;
  /** Whether it was last heard of so long ago that its word counts no more. */
  isSilentTooLong(): boolean;
  /** Asks the directory, and writes down that it answered or that it did not. */
  ask<T>(work: (ldap: LdapDirectory) => Promise<T>): Promise<T>;
  readonly ldap: LdapDirectory;
}

/** The directories as they are configured now. Connections are kept until their directory is changed. */
export interface OpenDirectories extends Disposable {
  /** Those that are in use, by name. */
  enabled(): Promise<OpenDirectory[]>;
  /** One that is in use; `undefined` when it is gone or switched off. */
  find(directoryId: string): Promise<OpenDirectory | undefined>;
}

/** Contact is written down at most this often. */
const contactIntervalMs = 60_000;
const hourMs = 3_600_000;

interface Kept {
  readonly revision: number;
  readonly ldap: LdapDirectory;
  readonly open: OpenDirectory;
}

export function createOpenDirectories(services: Services): OpenDirectories {
  const kept = new Map<string, Kept>();
  const openAll = async (): Promise<OpenDirectory[]> => {
    const { queries } = services.database;
    const rows = await queries
      .selectFrom('directories')
      .selectAll()
      .where('isEnabled', '=', 1)
      .orderBy('nameKey')
      .execute();
    const present = new Set(rows.map((row) => row.id));
    for (const [id, { ldap }] of kept) {
      if (present.has(id)) continue;
      ldap[Symbol.dispose]();
      kept.delete(id);
    }
    return rows.map((row) => openOne(row));
  };
  const openOne = (row: Row<'directories'>): OpenDirectory => {
    const known = kept.get(row.id);
    if (known?.revision === row.revision) return known.open;
    known?.ldap[Symbol.dispose]();
    const ldap = createLdapDirectory({
      settings: settingsOf(row, services.instance.masterKey),
      clock: services.clock,
      random: Math.random,
      trusted: () => [...kept.values()].map((other) => other.ldap),
    });
    const open = describe(services, row, ldap);
    kept.set(row.id, { revision: row.revision, ldap, open });
    return open;
  };
  return {
    enabled: openAll,
    find: async (directoryId) => (await openAll()).find((directory) => directory.id === directoryId),
    [Symbol.dispose]: () => {
      for (const { ldap } of kept.values()) ldap[Symbol.dispose]();
      kept.clear();
    },
  };
}

function describe(services: Services, row: Row<'directories'>, ldap: LdapDirectory): OpenDirectory {
  const recordContact = createContactRecorder(services, row);
  const trustMs = ldap.settings.trustWithoutContactHours * hourMs;
  let lastContactMs = row.lastContactAt ?? 0;
  return {
    id: row.id,
    name: row.name,
    trustMs,
    ldap,
    isSilentTooLong: () => services.clock.nowMs() - lastContactMs > trustMs,
    ask: async (work) => {
      try {
        const result = await work(ldap);
        lastContactMs = services.clock.nowMs();
        await recordContact(undefined);
        return result;
      } catch (error) {
        if (isAppError(error, 'DIRECTORY_UNREACHABLE')) await recordContact(error);
        throw error;
      }
    },
  };
}

function createContactRecorder(services: Services, row: Row<'directories'>) {
  const { database, clock } = services;
  let lastWrittenMs = Number.NEGATIVE_INFINITY;
  let wasFailing = row.lastFailureJson !== null;
  return async (failure: { code: string; message: string } | undefined): Promise<void> => {
    const isNews = (failure !== undefined) !== wasFailing;
    if (!isNews && clock.monotonicMs() - lastWrittenMs < contactIntervalMs) return;
    lastWrittenMs = clock.monotonicMs();
    wasFailing = failure !== undefined;
    const nowMs = clock.nowMs();
    const time = new Date(nowMs).toISOString();
    const change = failure
      ? { lastFailureJson: JSON.stringify({ time, code: failure.code, message: failure.message }) }
      : { lastContactAt: nowMs, lastFailureJson: null };
    await database.queries.updateTable('directories').set(change).where('id', '=', row.id).execute();
    if (isNews) await report(services, row.name, failure);
  };
}

function report(
  services: Services,
  directory: string,
  failure: { code: string; message: string } | undefined,
): Promise<void> {
  if (!failure) return recordServerEvent(services, 'DIRECTORY-002', { directory });
  const { code, message } = failure;
  return recordServerEvent(services, 'DIRECTORY-001', { directory, code, message });
}
