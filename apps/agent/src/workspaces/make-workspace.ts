import type { AgentPaths } from '../agent-paths.ts';
import type { Delivery } from '../delivery.ts';
import { availableMemoryMiB, hostMemoryMiB } from '../identity/inventory.ts';
import type { Contact } from '../link/contact.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import type { WorkspaceHooks } from './supervisor.ts';
import { UserWorkspace, type UserWorkspaceParts } from './user-workspace.ts';
import { verifyHost } from './verify-host.ts';
import { workspaceFiles } from './workspace-files.ts';
import type { WorkspaceRecord, WorkspaceRecords } from './workspace-record.ts';
import { WorkspaceState } from './workspace-state.ts';

/** What all workspaces of a computer share. */
export interface SharedParts
  extends Pick<
    UserWorkspaceParts,
    'machines' | 'events' | 'leases' | 'presence' | 'clock' | 'random' | 'onUnexpected'
  > {
  readonly paths: AgentPaths;
  readonly database: AgentDatabase;
  readonly records: WorkspaceRecords;
  readonly delivery: Delivery;
  readonly contact: Contact;
  readonly time: Pick<TrustedClock, 'nowMs'>;
}

/** Binds one workspace of one user to this computer. */
export function makeWorkspace(
  record: WorkspaceRecord,
  hooks: WorkspaceHooks,
  shared: SharedParts,
): UserWorkspace {
  const { paths, database, records, delivery, contact, events } = shared;
  return new UserWorkspace({
    ...shared,
    ...hooks,
    files: workspaceFiles(paths.workspaces, record),
    state: new WorkspaceState(record, records, hooks.onProgress),
    transaction: (work) => database.transaction(work),
    serveImage: (request) => delivery.serveImage(request),
    transfers: delivery.transfers,
    space: delivery.space,
    onBaseRemoved: () => delivery.trimIndexes(),
    hostMemory: { totalMiB: hostMemoryMiB(), availableMiB: availableMemoryMiB },
    isOnline: () => contact.isOnline,
    trustedNowMs: () => shared.time.nowMs(),
    verifyHost: (lease, signal) => verifyHost(lease, events, signal),
  });
}
