import { idSchema } from '@carrel/contract';
import type { UserId, WorkspaceId } from '@carrel/kit';
import { z } from 'zod';
import type { AgentDatabase } from '../store/database.ts';
import type { StoreSeal } from '../store/store-seal.ts';

/** A workspace of a user on this computer. */
export interface WorkspaceKey {
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
}

export interface StoredLease extends WorkspaceKey {
  /** As the server signed it; verified again at each use. */
  readonly token: string;
}

export interface LeaseStore {
  list(): StoredLease[];
  find(key: WorkspaceKey): StoredLease | undefined;
  put(lease: StoredLease): void;
  remove(key: WorkspaceKey): void;
}

const rowSchema = z
  .object({ workspace_id: idSchema('workspace'), user_id: idSchema('user'), jws: z.string() })
  .transform((row) => ({ workspaceId: row.workspace_id, userId: row.user_id, token: row.jws }));

export function createLeaseStore({ sqlite }: AgentDatabase, seal: StoreSeal): LeaseStore {
  const columns = 'workspace_id, user_id, jws';
  const selectAll = sqlite.prepare(`SELECT ${columns} FROM leases ORDER BY workspace_id, user_id`);
  const select = sqlite.prepare(`SELECT ${columns} FROM leases WHERE workspace_id = ? AND user_id = ?`);
  const upsert = sqlite.prepare(
    `INSERT INTO leases (${columns}) VALUES (?, ?, ?)
     ON CONFLICT (workspace_id, user_id) DO UPDATE SET jws = excluded.jws`,
  );
  const remove = sqlite.prepare('DELETE FROM leases WHERE workspace_id = ? AND user_id = ?');
  return {
    list: () => selectAll.all().map((row) => rowSchema.parse(row)),
    find: ({ workspaceId, userId }) => {
      const row = select.get(workspaceId, userId);
      return row === undefined ? undefined : rowSchema.parse(row);
    },
    put: ({ workspaceId, userId, token }) => void seal.change(() => upsert.run(workspaceId, userId, token)),
    remove: ({ workspaceId, userId }) => void seal.change(() => remove.run(workspaceId, userId)),
  };
}
