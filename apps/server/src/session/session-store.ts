import { createHash, createHmac } from 'node:crypto';
import { permissionsOf } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import type { Database, Queries } from '../database/index.ts';
import type { UserCaller } from '../http/index.ts';
import { userOf } from '../users/user-rows.ts';

/** A session ends when it was not used for this long … */
export const idleLimitMs = 30 * 60_000;
/** … and at the latest this long after the sign-in. */
export const absoluteLimitMs = 12 * 3_600_000;
/** Use is written down at most this often. */
const touchIntervalMs = 60_000;
const tokenBytes = 32;

export type Transport = 'cookie' | 'bearer';

/** Sessions of people. The server keeps hashes of their tokens only. */
export interface SessionStore {
  /** @returns the token, which is told this once */
  create(queries: Queries, userId: string, transport: Transport): Promise<string>;
  /** Who the token belongs to; `undefined` when it is none, has ended, or its user is disabled. */
  find(token: string, transport: Transport): Promise<UserCaller | undefined>;
  end(queries: Queries, tokenHash: string): Promise<void>;
  /** Removes sessions that have ended. */
  sweep(): Promise<void>;
}

export function createSessionStore(
  database: Database,
  clock: Clock,
  randomBytes: (count: number) => Uint8Array,
): SessionStore {
  const { queries } = database;
  return {
    create: async (target, userId, transport) => {
      const token = Buffer.from(randomBytes(tokenBytes)).toString('base64url');
      const nowMs = clock.nowMs();
      const row = { tokenHash: hashToken(token), userId, transport, createdAt: nowMs, lastUsedAt: nowMs };
      await target.insertInto('sessions').values(row).execute();
      return token;
    },
    find: async (token, transport) => {
      const tokenHash = hashToken(token);
      const nowMs = clock.nowMs();
      const session = await queries
        .selectFrom('sessions')
        .selectAll()
        .where('tokenHash', '=', tokenHash)
        .where('transport', '=', transport)
        .executeTakeFirst();
      if (!session || expiryOf(session, session.lastUsedAt) <= nowMs) return undefined;
      const row = await queries
        .selectFrom('users')
        .selectAll()
        .where('id', '=', session.userId)
        .executeTakeFirst();
      if (!row || row.isDisabled === 1) return undefined;
      if (nowMs - session.lastUsedAt > touchIntervalMs) {
        const touched = queries.updateTable('sessions').set({ lastUsedAt: nowMs });
        await touched.where('tokenHash', '=', tokenHash).execute();
      }
      const user = userOf(row);
      return {
        kind: 'user',
        user,
        permissions: permissionsOf(user.roles),
        session: {
          tokenHash,
          transport,
          csrfToken: transport === 'cookie' ? csrfTokenOf(token) : '',
          expiresAtMs: expiryOf(session, nowMs),
        },
      };
    },
    end: async (target, tokenHash) => {
      await target.deleteFrom('sessions').where('tokenHash', '=', tokenHash).execute();
    },
    sweep: async () => {
      const nowMs = clock.nowMs();
      await queries
        .deleteFrom('sessions')
        .where((where) =>
          where.or([
            where('lastUsedAt', '<', nowMs - idleLimitMs - touchIntervalMs),
            where('createdAt', '<', nowMs - absoluteLimitMs),
          ]),
        )
        .execute();
    },
  };
}

/** What a page sends back with every change; follows from the cookie, which pages cannot read. */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('carrel csrf').digest('base64url');
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function expiryOf(session: { readonly createdAt: number }, lastUsedAt: number): number {
  return Math.min(lastUsedAt + idleLimitMs, session.createdAt + absoluteLimitMs);
}
