import { rm } from 'node:fs/promises';
import type { Clock } from '@carrel/kit';
import type { AgentPaths } from '../agent-paths.ts';
import { keyFiles } from '../identity/device-keys.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { StoreSeal } from '../store/store-seal.ts';
import type { Supervisor } from '../workspaces/supervisor.ts';
import { waitUntil } from './perform-action.ts';

export interface WipeParts {
  readonly paths: AgentPaths;
  readonly database: AgentDatabase;
  readonly seal: StoreSeal;
  readonly supervisor: Pick<Supervisor, 'list'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Clock;
  /** Tries to deliver events, while the server still takes them from this device. Never rejects. */
  readonly deliverEvents: () => Promise<void>;
}

/**
 * Removes everything of the instance from this computer but what is needed to report it: first all keys (leases,
 * grants, sign-in verifiers, the sealing key to which disk keys are sealed), then each workspace with the headers of
 * its disks, then what was kept for all of them. Cut off anywhere, it goes on when it is called again.
 */
export async function wipe(parts: WipeParts, signal: AbortSignal): Promise<void> {
  const { paths, database, seal, supervisor, events, clock } = parts;
  seal.change(() => {
    database.sqlite.exec('DELETE FROM leases; DELETE FROM verifiers; DELETE FROM grants;');
  });
  const { sealing, formerSealing } = keyFiles(paths.keys);
  for (const key of [sealing, formerSealing]) await rm(key, { force: true });
  const workspaces = supervisor.list();
  for (const workspace of workspaces) workspace.delete('wiped');
  await waitUntil(() => supervisor.list().length === 0, { clock }, signal);
  for (const folder of [paths.images, paths.hostIndex, paths.peerFrames]) {
    await rm(folder, { recursive: true, force: true });
  }
  events.record('AGENT-012', { workspaces: workspaces.length });
  await parts.deliverEvents();
}

/** Forgets the enrolment and all that is left, once the server knows. The agent is then as before its first day. */
export async function forgetEnrolment(paths: AgentPaths): Promise<void> {
  await rm(paths.enrolment, { force: true });
  await rm(paths.keys, { recursive: true, force: true });
  for (const suffix of ['', '-wal', '-shm']) await rm(`${paths.database}${suffix}`, { force: true });
  await rm(paths.workspaces, { recursive: true, force: true });
}
