import type { Clock } from '@carrel/kit';
import { createId } from '@carrel/kit';
import { loadAccess } from '../access/index.ts';
import type { Database, Queries, Row } from '../database/index.ts';
import type { UserCaller } from '../http/index.ts';
import { userOf } from '../users/user-rows.ts';
import { readSessionLimits, type SessionLimits } from './session-limits.ts';
import { csrfTokenOf, hashToken } from './session-token.ts';

/** Use is written down at most this often. */
const touchIntervalMs = 60_000;
const tokenBytes = 32;
const longestUserAgent = 300;

export type Transport = 'cookie' | 'bearer';

/** A sign-in that succeeded. */
export interface NewSession {
  readonly userId: string;
  readonly transport: Transport;
  /** IP address it came from. */
  readonly address: string;
  /** What the program called itself. */
  readonly userAgent: string;
  /** The sign-in provider, and what names the session there, sealed; `undefined` for a password. */
  readonly provider?: { readonly id: string; readonly signOutHint: string };
}

/** Sessions of people. The server keeps hashes of their tokens only. */
export interface SessionStore {
  /** @returns the token, which is told this once, and when the session ends unless it is used */
  create(queries: Queries, session: NewSession): Promise<{ token: string; expiresAtMs: number }>;
  /**
   * Who the token belongs to; `undefined` when it is none, has ended, or its user is disabled.
   *
   * @param isUse whether that counts as using the session. A page that only listens does not.
   */
  find(token: string, transport: Transport, isUse?: boolean): Promise<UserCaller | undefined>;
  /** Those of a user that have not ended, the one used last first. */
  list(userId: string): Promise<OpenSession[]>;
  end(queries: Queries, tokenHash: string): Promise<void>;
  /** Removes sessions that have ended. */
  sweep(): Promise<void>;
}

export type OpenSession = Row<'sessions'> & { readonly expiresAtMs: number };

export function createSessionStore(
  database: Database,
  clock: Clock,
  randomBytes: (count: number) => Uint8Array,
): SessionStore {
  const { queries } = database;
  return {
    create: async (target, session) => {
      const token = Buffer.from(randomBytes(tokenBytes)).toString('base64url');
      const nowMs = clock.nowMs();
      const row = rowOf(session, token, createId<'session'>(nowMs, randomBytes(10)), nowMs);
      await target.insertInto('sessions').values(row).execute();
      return { token, expiresAtMs: expiryOf(row, nowMs, await readSessionLimits(target)) };
    },
    find: async (token, transport, isUse = true) => {
      const tokenHash = hashToken(token);
      const nowMs = clock.nowMs();
      const session = await queries
        .selectFrom('sessions')
        .selectAll()
        .where('tokenHash', '=', tokenHash)
        .where('transport', '=', transport)
        .executeTakeFirst();
      if (!session) return undefined;
      const limits = await readSessionLimits(queries);
      if (expiryOf(session, session.lastUsedAt, limits) <= nowMs) return undefined;
      const row = await queries
        .selectFrom('users')
        .selectAll()
        .where('id', '=', session.userId)
        .executeTakeFirst();
      if (!row || row.isDisabled === 1) return undefined;
      if (isUse && nowMs - session.lastUsedAt > touchIntervalMs) await touch(queries, tokenHash, nowMs);
      return {
        kind: 'user',
        user: userOf(row),
        access: await loadAccess(queries, row.id),
        session: {
          tokenHash,
          transport,
          csrfToken: transport === 'cookie' ? csrfTokenOf(token) : '',
          expiresAtMs: expiryOf(session, isUse ? nowMs : session.lastUsedAt, limits),
        },
      };
    },
    list: async (userId) => {
      const [limits, nowMs] = [await readSessionLimits(queries), clock.nowMs()];
      const rows = await queries
        .selectFrom('sessions')
        .selectAll()
        .where('userId', '=', userId)
        .orderBy('lastUsedAt', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows
        .map((row) => ({ ...row, expiresAtMs: expiryOf(row, row.lastUsedAt, limits) }))
        .filter((row) => row.expiresAtMs > nowMs);
    },
    end: async (target, tokenHash) => {
      await target.deleteFrom('sessions').where('tokenHash', '=', tokenHash).execute();
    },
    sweep: async () => {
      const nowMs = clock.nowMs();
      const { idleMs, absoluteMs } = await readSessionLimits(queries);
      await queries
        .deleteFrom('sessions')
        .where((where) =>
          where.or([
            where('lastUsedAt', '<', nowMs - idleMs - touchIntervalMs),
            where('createdAt', '<', nowMs - absoluteMs),
          ]),
        )
        .execute();
    },
  };
}

/**
 * Ends all sessions of a user, wherever they are signed in.
 *
 * @param kept hash of the token of a session that goes on: the one in which the user did it themselves
 * @returns how many
 */
export async function endSessionsOf(queries: Queries, userId: string, kept = ''): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom('sessions')
    .where('userId', '=', userId)
    .where('tokenHash', '!=', kept)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

function rowOf(session: NewSession, token: string, id: string, nowMs: number): Row<'sessions'> {
  const { userId, transport, address, userAgent, provider } = session;
  return {
    tokenHash: hashToken(token),
    id,
    userId,
    transport,
    address,
    userAgent: userAgent.slice(0, longestUserAgent),
    providerId: provider?.id ?? null,
    signOutHint: provider?.signOutHint ?? null,
    createdAt: nowMs,
    lastUsedAt: nowMs,
  };
}

async function touch(queries: Queries, tokenHash: string, nowMs: number): Promise<void> {
  await queries
    .updateTable('sessions')
    .set({ lastUsedAt: nowMs })
    .where('tokenHash', '=', tokenHash)
    .execute();
}

function expiryOf(
  session: { readonly createdAt: number },
  lastUsedAt: number,
  { idleMs, absoluteMs }: SessionLimits,
): number {
  return Math.min(lastUsedAt + idleMs, session.createdAt + absoluteMs);
}
