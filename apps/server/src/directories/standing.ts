import { isAppError } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import type { Services } from '../services.ts';
import { readIntervals } from '../settings/index.ts';
import { findUserRow } from '../users/index.ts';
import type { OpenDirectories } from './open-directories.ts';
import type { UserRefresher } from './refresh-users.ts';

/** What the directory said within this time, or half the interval of policies, is not asked for again. */
const longestFreshMs = 60_000;
/** An agent's contact is not held up for longer; the asking goes on without it. */
const patienceMs = 5_000;

export interface StandingOptions {
  readonly services: Services;
  readonly directories: OpenDirectories;
  readonly refresher: UserRefresher;
}

/**
 * Whether a user may go on with what they have. `out-of-contact`: their directory cannot be asked, and what it said
 * last has counted for as long as it may.
 */
export type Standing = 'active' | 'disabled' | 'out-of-contact';

/**
 * Whether the user may go on, by what their directory says now, or said last where it takes too long to ask. Their
 * groups are up to date afterwards as far as it was asked. Of a user whom no directory keeps, the row says it all.
 */
export async function findStanding(options: StandingOptions, user: Row<'users'>): Promise<Standing> {
  if (user.source !== 'ldap' || user.disabledBy === 'administrator') return standingByRow(user);
  if (await isFresh(options, user)) return standingByRow(user);
  await refreshInTime(options, user);
  const row = await findUserRow(options.services.database.queries, user.id);
  if (!row) return 'disabled';
  if (row.isDisabled === 1) return standingByRow(row);
  if (await isTrusted(options, row)) return 'active';
  await suspend(options.services, row);
  return 'out-of-contact';
}

/** Whether what is known of a user of a directory still counts: it was said recently enough. */
export async function isTrusted(
  { services, directories }: Pick<StandingOptions, 'services' | 'directories'>,
  user: Row<'users'>,
): Promise<boolean> {
  const directory = user.directoryId === null ? undefined : await directories.find(user.directoryId);
  if (!directory || user.confirmedAt === null) return false;
  const ageMs = services.clock.nowMs() - user.confirmedAt;
  return ageMs <= Math.max(directory.trustMs, longestFreshMs);
}

/**
 * Lets somebody do nothing more, wherever they are signed in, until their directory says again that they may.
 *
 * @param user of a directory that was out of contact for longer than it may be
 */
export async function suspend({ database, log }: Services, user: Row<'users'>): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction
      .updateTable('users')
      .set({ isDisabled: 1, disabledBy: 'silence' })
      .where('id', '=', user.id)
      .where('isDisabled', '=', 0)
      .execute();
    await transaction.deleteFrom('sessions').where('userId', '=', user.id).execute();
  });
  log.warn({ user: user.userName }, 'their directory was out of contact for too long');
}

function standingByRow({ isDisabled, disabledBy }: Row<'users'>): Standing {
  if (isDisabled === 0) return 'active';
  return disabledBy === 'silence' ? 'out-of-contact' : 'disabled';
}

async function isFresh({ services }: StandingOptions, user: Row<'users'>): Promise<boolean> {
  if (user.confirmedAt === null) return false;
  const { policySeconds } = await readIntervals(services.database.queries);
  const freshMs = Math.min(longestFreshMs, policySeconds * 500);
  return Math.abs(services.clock.nowMs() - user.confirmedAt) < freshMs;
}

/** When the directory cannot be asked, or not in time, what is known stays. */
async function refreshInTime({ services, refresher }: StandingOptions, user: Row<'users'>): Promise<void> {
  const { clock, log } = services;
  const refreshing = refresher.refresh(user).catch((error: unknown) => {
    const isExpected = isAppError(error) && error.code.startsWith('DIRECTORY_');
    log[isExpected ? 'debug' : 'error']({ err: error, user: user.userName }, 'a user could not be asked for');
  });
  const ended = new AbortController();
  const patience = clock.sleep(patienceMs, ended.signal).catch(() => undefined);
  await Promise.race([refreshing, patience]);
  ended.abort();
}
