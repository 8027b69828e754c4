import { isAbortError, isAppError } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import { provisionGroup } from '../groups/index.ts';
import type { Services } from '../services.ts';
import { readIntervals } from '../settings/index.ts';
import type { OpenDirectories, OpenDirectory } from './open-directories.ts';
import type { UserRefresher } from './refresh-users.ts';
import { isTrusted, suspend } from './standing.ts';

export interface SweepOptions {
  readonly services: Services;
  readonly directories: OpenDirectories;
  readonly refresher: UserRefresher;
}

const usersAtOnce = 200;

/**
 * Keeps what is known of directories up to date in the background: every policy interval, all their users who are
 * signed in anywhere, and the names of the groups that are known here. Whoever opens it disposes of it.
 */
export function startSweeping(options: SweepOptions): AsyncDisposable {
  const controller = new AbortController();
  const running = loop(options, controller.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await running;
    },
  };
}

async function loop(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const { clock, database, log } = options.services;
  while (!signal.aborted) {
    try {
      const { policySeconds } = await readIntervals(database.queries);
      await clock.sleep(policySeconds * 1000, signal);
      await sweepDirectories(options, signal);
    } catch (error) {
      if (isAbortError(error)) return;
      log.error({ err: error }, 'directories could not be gone through; it is tried again');
      await clock.sleep(60_000, signal).catch(() => undefined);
    }
  }
}

/** Goes once through all users of directories who are signed in and were not asked for lately. */
export async function sweepDirectories(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const { clock, database } = options.services;
  const { policySeconds } = await readIntervals(database.queries);
  for (const directory of await options.directories.enabled()) {
    signal.throwIfAborted();
    await refreshGroupNames(options.services, directory);
  }
  const staleBeforeMs = clock.nowMs() - (policySeconds * 1000) / 2;
  let after = '';
  for (;;) {
    signal.throwIfAborted();
    const users = await signedInUsers(options.services, staleBeforeMs, after);
    const last = users.at(-1);
    if (!last) return;
    after = last.id;
    await Promise.all(users.map((user) => refreshOrDoubt(options, user)));
  }
}

/** Users of directories with a session, a device or a token, by id. */
function signedInUsers(
  { database }: Services,
  staleBeforeMs: number,
  afterId: string,
): Promise<Row<'users'>[]> {
  return database.queries
    .selectFrom('users')
    .selectAll()
    .where('source', '=', 'ldap')
    .where('id', '>', afterId)
    .where((where) =>
      where.and([
        where.or([where('confirmedAt', 'is', null), where('confirmedAt', '<', staleBeforeMs)]),
        where.or([where('disabledBy', 'is', null), where('disabledBy', '!=', 'administrator')]),
        where.or([
          where('id', 'in', where.selectFrom('sessions').select('userId')),
          where('id', 'in', where.selectFrom('deviceGrants').select('userId')),
          where('id', 'in', where.selectFrom('apiTokens').select('userId')),
        ]),
      ]),
    )
    .orderBy('id')
    .limit(usersAtOnce)
    .execute();
}

/** Somebody whose directory has not been heard of for too long may do nothing more. */
async function refreshOrDoubt(options: SweepOptions, user: Row<'users'>): Promise<void> {
  try {
    await options.refresher.refresh(user);
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith('DIRECTORY_')) throw error;
    if (!(await isTrusted(options, user))) await suspend(options.services, user);
  }
}

/** Groups are renamed in directories too. One that is gone keeps its row: its members are gone already. */
async function refreshGroupNames(services: Services, directory: OpenDirectory): Promise<void> {
  const { clock, database, randomBytes, log } = services;
  const rows = await database.queries
    .selectFrom('groups')
    .select('externalId')
    .where('directoryId', '=', directory.id)
    .execute();
  try {
    for (const { externalId } of rows) {
      const group =
        externalId === null ? undefined : await directory.ask((ldap) => ldap.readGroup(externalId));
      if (!group) continue;
      const origin = { nowMs: clock.nowMs(), randomBytes };
      const place = { source: 'ldap', directoryId: directory.id } as const;
      await database.transaction((transaction) =>
        provisionGroup(transaction, { ...place, externalId: group.externalId, name: group.name }, origin),
      );
    }
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith('DIRECTORY_')) throw error;
    log.debug({ err: error, directory: directory.name }, 'the names of groups could not be read');
  }
}
