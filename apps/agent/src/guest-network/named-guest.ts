import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import { tellOnce } from '../workspaces/tell-once.ts';
import type { UserWorkspace } from '../workspaces/user-workspace.ts';
import type { NamedGuest } from './guest-names.ts';

/** The guest of a workspace for the keeper of names, while it is up and can be talked to. */
export function namedGuest(
  { guest: control, state, lease }: Pick<UserWorkspace, 'guest' | 'state' | 'lease'>,
  {
    events,
    database,
  }: { readonly events: Pick<EventQueue, 'record'>; readonly database: Pick<AgentDatabase, 'transaction'> },
): NamedGuest | undefined {
  const { machine } = control;
  const { guest, workspaceName } = state.record;
  const description = guest && state.base(guest.image)?.source.machine;
  if (!machine || !guest?.isUp || !description || !lease) return undefined;
  if (control.isStopping || control.isPaused) return undefined;
  return {
    machine,
    description,
    policy: lease.policy.network,
    withAgent: (work) => control.withAgent(work),
    onFailure: (reason) => {
      const told = { state, transaction: database.transaction };
      tellOnce(told, 'names', `revision ${lease.workspaceRevision}`, () => {
        events.record('GUEST-002', { workspace: workspaceName, reason }, state.subject);
      });
    },
  };
}
