import type { AgentDatabase } from '../store/database.ts';
import type { GuestRecord } from './workspace-record.ts';
import type { WorkspaceState } from './workspace-state.ts';

/**
 * Records what is to be known of the guest that runs, once until it says something else of the same matter; an agent that
 * is started anew does not say it again. Without a guest nothing is said.
 *
 * @param record records the event
 */
export function tellOnce(
  {
    state,
    transaction,
  }: { readonly state: WorkspaceState; readonly transaction: AgentDatabase['transaction'] },
  matter: keyof GuestRecord['told'],
  what: string,
  record: () => void,
): void {
  const before = state.record;
  const { guest } = before;
  if (!guest || guest.told[matter] === what) return;
  try {
    transaction(() => {
      state.update({ guest: { ...guest, told: { ...guest.told, [matter]: what } } });
      record();
    });
  } catch (error) {
    state.takeBack(before);
    throw error;
  }
}
