import { type User, userSourceSchema } from '@carrel/contract';
import type { UserId } from '@carrel/kit';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, isoTimeOrNull } from '../database/values.ts';

export function userOf(row: Row<'users'>): User {
  return {
    id: row.id as UserId,
    userName: row.userName,
    displayName: row.displayName,
    source: userSourceSchema.parse(row.source),
    directoryId: row.directoryId,
    isDisabled: row.isDisabled === 1,
    isDisabledByDirectory: row.disabledBy === 'directory' || row.disabledBy === 'silence',
    lockedUntil: isoTimeOrNull(row.lockedUntil),
    mustChangePassword: row.mustChangePassword === 1,
    createdAt: isoTime(row.createdAt),
  };
}

/** What makes two user names the same: their letters, whatever their case. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

export function searchKey(userName: string, displayName: string): string {
  return nameKey(`${userName}\n${displayName}`);
}

export async function findUserRow(queries: Queries, userId: string): Promise<Row<'users'> | undefined> {
  return queries.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
}

export async function findUserRowByName(
  queries: Queries,
  userName: string,
): Promise<Row<'users'> | undefined> {
  return queries
    .selectFrom('users')
    .selectAll()
    .where('userNameKey', '=', nameKey(userName))
    .executeTakeFirst();
}
