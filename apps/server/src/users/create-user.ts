import { fail, type User } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { isUniqueViolation, type NewRow, type Queries } from '../database/index.ts';
import { nameKey, searchKey, userOf } from './user-rows.ts';

export interface UserContent {
  readonly userName: string;
  readonly displayName: string;
  readonly passwordHash: string;
}

/** @throws {NAME_TAKEN} */
export async function insertUser(
  queries: Queries,
  content: UserContent,
  origin: { readonly nowMs: number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<User> {
  const row: NewRow<'users'> = {
    id: createId<'user'>(origin.nowMs, origin.randomBytes(10)),
    userName: content.userName,
    userNameKey: nameKey(content.userName),
    displayName: content.displayName,
    searchKey: searchKey(content.userName, content.displayName),
    source: 'built-in',
    passwordHash: content.passwordHash,
    isDisabled: 0,
    failedSignIns: 0,
    lastFailureAt: null,
    lockedUntil: null,
    createdAt: origin.nowMs,
  };
  try {
    const stored = await queries.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow();
    return userOf(stored);
  } catch (error) {
    if (isUniqueViolation(error)) throw fail('NAME_TAKEN', { kind: 'user', name: content.userName }, error);
    throw error;
  }
}
