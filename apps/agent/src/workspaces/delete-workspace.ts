import { rm } from 'node:fs/promises';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { Machines } from './machines.ts';
import type { WorkspaceFiles } from './workspace-files.ts';
import type { WorkspaceState } from './workspace-state.ts';

export interface DeletionParts {
  readonly files: WorkspaceFiles;
  readonly state: WorkspaceState;
  readonly machines: Machines;
  readonly leases: Pick<LeaseKeeper, 'forget'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly transaction: AgentDatabase['transaction'];
  /** A base is here no more, and what else was kept for it may go. */
  readonly onBaseRemoved: () => Promise<void>;
  /** Forgets the record of the workspace, which is gone. */
  readonly forget: () => void;
}

/**
 * Removes a workspace of one person from this computer: first its keys, with the lease that holds them and the headers
 * of the disks that they open; then the files; then it is reported and forgotten. Cut off anywhere, it is done again
 * from the beginning, because the record with its reason goes last.
 */
export async function deleteWorkspace(parts: DeletionParts): Promise<void> {
  const { files, state, machines, leases, events, transaction } = parts;
  const { deletion, workspaceName, bases } = state.record;
  transaction(() => {
    leases.forget(state.record);
    state.update({ bases: bases.map((base) => ({ ...base, sealedKeys: '' })), isSaved: false });
  });
  await machines.destroyKeys(files.folder);
  await rm(files.folder, { recursive: true, force: true });
  transaction(() => {
    events.record('WORKSPACE-009', { workspace: workspaceName, reason: deletion ?? '' }, state.subject);
    parts.forget();
  });
  await parts.onBaseRemoved();
}
