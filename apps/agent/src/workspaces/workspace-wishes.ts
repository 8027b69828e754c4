import { fail, type Lease } from '@carrel/contract';
import { type LockReason } from '@carrel/contract/agent-api';
import type { AppError, Clock } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { Presence } from '../sign-in/presence.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { DeletionReason } from './deletion.ts';
import { requireStart } from './require-start.ts';
import type { UpdateControl } from './update-control.ts';
import { failureOf, type WorkspaceState } from './workspace-state.ts';

export interface WishParts {
  readonly state: WorkspaceState;
  readonly events: Pick<EventQueue, 'record'>;
  readonly leases: Pick<LeaseKeeper, 'require' | 'evaluate'>;
  /** Who has signed in since the computer was started. */
  readonly presence: Pick<Presence, 'has'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly updates: Pick<UpdateControl, 'beforeStart' | 'agree' | 'goBack'>;
  readonly guest: () => { readonly isThere: boolean; readonly isStopping: boolean };
  /** What people are told that the workspace does just now. */
  readonly describe: () => string;
}

/**
 * What may be asked of one workspace. Each wish is judged, and on disk before anything is done about it, so that it is
 * fulfilled after a restart of the agent too.
 */
export class WorkspaceWishes {
  readonly #parts: WishParts;

  constructor(parts: WishParts) {
    this.#parts = parts;
  }

  /**
   * @param isVersionKept on the version that ran last
   * @returns the lease to start under; `undefined` when the guest runs already
   * @throws {WORKSPACE_BEING_DELETED} {WORKSPACE_BUSY} {UPDATE_DUE} {VERSION_NOT_KEPT} and the reasons for which a lease
   * refuses the start
   */
  async start(isVersionKept: boolean): Promise<Lease | undefined> {
    const { state, events, leases, presence, guest } = this.#parts;
    const { deletion, wanted } = state.record;
    if (deletion) throw this.#beingDeleted(deletion);
    if (guest().isThere && wanted.guest === 'running') return undefined;
    if (guest().isStopping) throw this.#busy('start');
    const lease = await requireStart(state, leases, events, presence);
    const started = {
      guest: 'running',
      isForced: false,
      isImageWanted: true,
      isRestartWanted: false,
      ...this.#parts.updates.beforeStart(isVersionKept),
    } as const;
    state.update({ failure: null, wanted: { ...state.record.wanted, ...started } });
    events.record('WORKSPACE-001', { workspace: lease.workspaceName }, state.subject);
    return lease;
  }

  stop(isForced: boolean): void {
    this.#parts.state.want({ guest: 'stopped', isForced, isRestartWanted: false });
  }

  /** @throws {WORKSPACE_BUSY} no guest runs, or it is being stopped @throws what a start is refused with */
  async restart(): Promise<void> {
    const { state, events, leases, presence } = this.#parts;
    this.#requireGuest('restart');
    await requireStart(state, leases, events, presence);
    const stopped = { guest: 'stopped', isForced: false, isRestartWanted: true } as const;
    state.update({ failure: null, wanted: { ...state.record.wanted, ...stopped } });
    events.record('WORKSPACE-013', { workspace: state.record.workspaceName }, state.subject);
  }

  /** Locked already, it stays as it is. @throws {WORKSPACE_BUSY} no guest runs, or it is being stopped */
  lock(reason: LockReason): void {
    const { state, events, clock } = this.#parts;
    this.#requireGuest('lock');
    if (state.record.lock) return;
    state.update({ lock: { reason, atMs: clock.nowMs() } });
    events.record('WORKSPACE-010', { workspace: state.record.workspaceName, reason }, state.subject);
  }

  unlock(how: 'server' | 'verifier'): void {
    const { state, events } = this.#parts;
    if (!state.record.lock) return;
    state.update({ lock: null });
    events.record('WORKSPACE-011', { workspace: state.record.workspaceName, how }, state.subject);
  }

  /** @throws {WORKSPACE_BUSY} a guest runs */
  reset(): void {
    const { state, guest } = this.#parts;
    if (guest().isThere || state.record.wanted.guest === 'running') throw this.#busy('reset');
    state.update({ failure: null, wanted: { ...state.record.wanted, isResetWanted: true } });
  }

  /** @returns whether the guest is to be restarted at once @throws {WORKSPACE_BEING_DELETED} and what `agree` throws */
  update(isConfirmed: boolean): boolean {
    const { state, updates } = this.#parts;
    const { deletion } = state.record;
    if (deletion) throw this.#beingDeleted(deletion);
    return updates.agree(isConfirmed);
  }

  /** @throws {WORKSPACE_BUSY} a guest runs, or the workspace is being reset @throws what `goBack` throws */
  goBack(): void {
    const { state, guest, updates } = this.#parts;
    const { wanted, deletion } = state.record;
    if (deletion) throw this.#beingDeleted(deletion);
    if (guest().isThere || wanted.guest === 'running' || wanted.isResetWanted) throw this.#busy('go-back');
    updates.goBack();
  }

  /** @returns whether the workspace was not being deleted before */
  delete(reason: DeletionReason): boolean {
    const { state } = this.#parts;
    const { deletion, wanted } = state.record;
    if (deletion) return false;
    const nothing = { guest: 'stopped', isForced: true, isImageWanted: false, isResetWanted: false } as const;
    state.update({
      deletion: reason,
      failure: failureOf(this.#beingDeleted(reason)),
      wanted: { ...wanted, ...nothing, isRestartWanted: false, moveTo: null },
    });
    return true;
  }

  #requireGuest(action: string): void {
    const { isThere, isStopping } = this.#parts.guest();
    if (!isThere || isStopping) throw this.#busy(action);
  }

  #busy(action: string): AppError {
    return fail('WORKSPACE_BUSY', { state: this.#parts.describe(), action });
  }

  #beingDeleted(reason: DeletionReason): AppError {
    return fail('WORKSPACE_BEING_DELETED', { workspace: this.#parts.state.record.workspaceName, reason });
  }
}
