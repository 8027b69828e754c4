import { randomBytes } from 'node:crypto';
import { hashPassword } from '@carrel/directory';
import { giveRole } from '../access/index.ts';
import type { Database } from '../database/index.ts';
import { insertUser } from './create-user.ts';
import { findUserRowByName } from './user-rows.ts';

const userName = 'admin';

/** Makes the built-in first administrator, or, when an interrupted `init` already did, gives it a new password. */
export async function ensureAdministrator(
  database: Database,
  nowMs: number,
): Promise<{ userName: string; password: string }> {
  // 120 bits, in letters and digits that people can type.
  const password = randomBytes(15).toString('base64url');
  const passwordHash = await hashPassword(password);
  await database.transaction(async (transaction) => {
    const existing = await findUserRowByName(transaction, userName);
    if (existing) {
      await transaction.updateTable('users').set({ passwordHash }).where('id', '=', existing.id).execute();
      return;
    }
    const content = {
      userName,
      displayName: 'Administrator',
      passwordHash,
    };
    const { id } = await insertUser(transaction, content, { nowMs, randomBytes });
    const grant = {
      principal: { kind: 'user', id },
      roleId: 'administrator',
      scope: { kind: 'all' },
    } as const;
    await giveRole(transaction, grant, { author: userName, nowMs, randomBytes });
  });
  return { userName, password };
}
