import { idSchema, userNameSchema } from '@carrel/contract';
import type { UserId } from '@carrel/kit';
import { z } from 'zod';
import type { AgentDatabase } from './database.ts';
import type { LocalSecret } from './local-secret.ts';

/** A person who signed in at this computer, with the secret that fetches their leases. */
export interface UserGrant {
  readonly userId: UserId;
  readonly userName: string;
  readonly grant: string;
}

export interface GrantStore {
  /** By user name. A grant that can no longer be opened is left out; its person signs in again. */
  list(): UserGrant[];
  keep(grant: UserGrant): void;
  forget(userId: UserId): void;
}

const rowSchema = z.object({
  user_id: idSchema('user'),
  user_name: userNameSchema,
  sealed_grant: z.instanceof(Uint8Array),
});

/** User grants, encrypted at rest. */
export function createGrantStore(database: AgentDatabase, secret: LocalSecret): GrantStore {
  const { sqlite } = database;
  const select = sqlite.prepare('SELECT user_id, user_name, sealed_grant FROM grants ORDER BY user_name');
  const upsert = sqlite.prepare(
    `INSERT INTO grants (user_id, user_name, sealed_grant) VALUES (?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET user_name = excluded.user_name, sealed_grant = excluded.sealed_grant`,
  );
  const remove = sqlite.prepare('DELETE FROM grants WHERE user_id = ?');
  return {
    list: () =>
      select.all().flatMap((row) => {
        const { user_id: userId, user_name: userName, sealed_grant: sealed } = rowSchema.parse(row);
        const grant = secret.open(sealed, userId);
        return grant === undefined ? [] : [{ userId, userName, grant }];
      }),
    keep: ({ userId, userName, grant }) => void upsert.run(userId, userName, secret.seal(grant, userId)),
    forget: (userId) => void remove.run(userId),
  };
}
