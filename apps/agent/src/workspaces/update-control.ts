import { fail, type Lease, type WorkspaceStatus, type WorkspaceUpdate } from '@carrel/contract';
import {
  chooseStart,
  nextUpdate,
  type UpdateEffect,
  type UpdateRules,
  type UpdateStanding,
  updateDeadlineMs,
} from '@carrel/policy';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { Transfers } from '../transfers/transfers.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import type { WorkspaceState } from './workspace-state.ts';

export interface UpdateControlParts {
  readonly state: WorkspaceState;
  readonly events: Pick<EventQueue, 'record'>;
  /** What is done in it is on disk together or not at all. */
  readonly transaction: AgentDatabase['transaction'];
  readonly transfers: Pick<Transfers, 'allowance'>;
  readonly trustedNowMs: () => number;
  /** Whether the server is in reach. */
  readonly isOnline: () => boolean;
  /** The lease last seen. */
  readonly lease: () => Lease | undefined;
  readonly guest: () => { readonly isThere: boolean; readonly isStopping: boolean };
}

const hourMs = 3_600_000;

/** The version a workspace is to run beside the one it stands on: what is told of it, and when it is taken. */
export class UpdateControl {
  readonly #parts: UpdateControlParts;

  constructor(parts: UpdateControlParts) {
    this.#parts = parts;
  }

  /**
   * Time has passed, or something changed: tells and warns. To be called every few seconds.
   *
   * @returns whether the guest is to be restarted for the update now
   */
  look(): boolean {
    const { state, guest, transaction } = this.#parts;
    // A guest that is known and not taken over yet after a restart of the agent keeps its countdown.
    if (state.record.deletion ?? (state.record.guest && !guest().isThere)) return false;
    const before = state.record;
    try {
      return transaction(() => {
        const { standing, effect } = this.#next();
        if (standing !== state.record.update) state.update({ update: standing });
        this.#dropStaleWish();
        return effect ? this.#act(effect) : false;
      });
    } catch (error) {
      state.takeBack(before);
      throw error;
    }
  }

  /**
   * Decides on which version the start that was asked for goes.
   *
   * @returns what of the wishes it changes
   * @throws {UPDATE_DUE} {VERSION_NOT_KEPT}
   */
  beforeStart(isKeepWanted: boolean): Pick<WorkspaceRecord['wanted'], 'isVersionKept' | 'moveTo'> {
    const { record } = this.#parts.state;
    const { standing } = this.#next();
    const granted = this.#granted;
    const { moveTo } = record.wanted;
    const none = { isVersionKept: false, moveTo };
    if (!standing || !granted) return none;
    const isDue = this.#isDue(standing);
    const choice = chooseStart({
      persistence: record.policy.persistence,
      isDue,
      isAtHand: this.#isWhole(granted.manifestDigest) || this.#parts.isOnline(),
      isHeldHere: this.#isWhole(standing.held),
      isAgreed: moveTo?.why === 'agreed',
      isKeepWanted,
    });
    switch (choice) {
      case 'held':
        return { isVersionKept: isKeepWanted, moveTo: isKeepWanted ? null : moveTo };
      case 'granted':
        return isDue && !moveTo
          ? { isVersionKept: false, moveTo: { image: granted.manifestDigest, why: 'due' } }
          : none;
      case 'due':
        throw this.#due(standing, granted);
      case 'not-kept':
        throw fail('VERSION_NOT_KEPT', { workspace: record.workspaceName });
    }
  }

  /**
   * The person wants the version now.
   *
   * @returns whether the guest is to be restarted for it at once; it waits for what has to be fetched first
   * @throws {UPDATE_NONE} {UPDATE_NOT_CONFIRMED} a disk would be put aside, and the person has not said yes to that
   */
  agree(isConfirmed: boolean): boolean {
    const { state, events } = this.#parts;
    const { workspaceName: workspace, policy, overlay, wanted } = state.record;
    const { standing } = this.#next();
    const granted = this.#granted;
    if (!standing || !granted) throw fail('UPDATE_NONE', { workspace });
    if (policy.persistence === 'persistent' && overlay && !isConfirmed) {
      const { version } = granted;
      throw fail('UPDATE_NOT_CONFIRMED', { workspace, version, days: policy.keepPreviousDays });
    }
    state.update({
      failure: null,
      wanted: { ...wanted, isVersionKept: false, moveTo: { image: granted.manifestDigest, why: 'agreed' } },
    });
    const isNow = this.#isRunning && this.#isAtHand(granted.manifestDigest);
    const fields = { workspace, version: granted.version, why: 'agreed' } as const;
    if (isNow) events.record('WORKSPACE-018', fields, state.subject);
    return isNow;
  }

  /**
   * The person wants the disk back that the last update put aside. No guest may run.
   *
   * @throws {VERSION_NOT_KEPT} {UPDATE_FORCED}
   */
  goBack(): void {
    const { state } = this.#parts;
    const { workspaceName: workspace, policy, previous, overlay, wanted } = state.record;
    const base = previous && state.base(previous.image);
    if (!overlay || !base?.isComplete || base.isDamaged) throw fail('VERSION_NOT_KEPT', { workspace });
    const isGranted = previous?.image === this.#granted?.manifestDigest;
    if (policy.updateMode === 'force' && !isGranted) {
      throw fail('UPDATE_FORCED', { workspace, version: base.source.version });
    }
    const moveTo = { image: base.source.manifestDigest, why: 'back' } as const;
    state.update({ failure: null, wanted: { ...wanted, moveTo } });
  }

  /** What people here and the server are told. */
  describe(): Pick<WorkspaceStatus, 'update' | 'previous'> {
    const { record } = this.#parts.state;
    const { previous } = record;
    const { standing: update } = this.#next();
    const granted = this.#granted;
    return {
      ...(update && granted && { update: this.#describeUpdate(update, granted) }),
      ...(previous && {
        previous: { version: previous.version, keptUntil: new Date(previous.keptUntilMs).toISOString() },
      }),
    };
  }

  #describeUpdate(standing: UpdateStanding, granted: Lease['image']): WorkspaceUpdate {
    const { policy, wanted, overlay } = this.#parts.state.record;
    const isUnasked = policy.persistence === 'revertible' || !overlay || wanted.moveTo !== null;
    const deadlineMs = updateDeadlineMs(standing, this.#rules);
    return {
      version: granted.version,
      since: new Date(standing.sinceMs).toISOString(),
      deadline: deadlineMs === null ? null : new Date(deadlineMs).toISOString(),
      isHere: this.#isWhole(granted.manifestDigest),
      taken: isUnasked || this.#isDue(standing) ? 'next-start' : 'when-agreed',
      stopsAt: standing.stopAtMs === null ? null : new Date(standing.stopAtMs).toISOString(),
    };
  }

  /** Where it stands at this moment, and what is to be done about that; kept and done only by a look. */
  #next(): { standing: UpdateStanding | null; effect: UpdateEffect | null } {
    const { record } = this.#parts.state;
    const granted = this.#granted;
    return nextUpdate(record.update, this.#rules, {
      trustedNowMs: this.#parts.trustedNowMs(),
      held: record.guest?.image ?? record.overlay?.image ?? record.ran?.image ?? null,
      granted: granted?.manifestDigest ?? null,
      isRunning: this.#isRunning,
      isAtHand: granted !== undefined && this.#isAtHand(granted.manifestDigest),
      isAgreed: record.wanted.moveTo?.why === 'agreed',
    });
  }

  get #isRunning(): boolean {
    const { guest: running, wanted } = this.#parts.state.record;
    const { isThere, isStopping } = this.#parts.guest();
    return isThere && !isStopping && wanted.guest === 'running' && running?.isUp === true;
  }

  /** Wholly here; or, where nothing brings it beside a running guest, in reach to start from. */
  #isAtHand(image: string): boolean {
    const { state, transfers, isOnline } = this.#parts;
    if (this.#isWhole(image)) return true;
    return isOnline() && transfers.allowance(state.record.policy.transferRate).kind === 'held';
  }

  #isWhole(image: string): boolean {
    const base = this.#parts.state.base(image);
    return base !== undefined && base.isComplete && !base.isDamaged;
  }

  /** A wish is over when there is nothing to move to, or no deadline asks for it any more; a newer version inherits it. */
  #dropStaleWish(): void {
    const { state } = this.#parts;
    const { wanted, update, overlay, previous, guest } = state.record;
    const { moveTo } = wanted;
    const granted = this.#granted;
    if (moveTo?.why === 'back') {
      if (previous?.image !== moveTo.image) state.want({ moveTo: null });
      return;
    }
    if (!moveTo || !granted) return;
    const isRevertibleDone = !overlay && !guest && this.#isWhole(granted.manifestDigest);
    const isOver = !update || isRevertibleDone || (moveTo.why === 'due' && !this.#isDue(update));
    if (isOver) state.want({ moveTo: null });
    else if (moveTo.image !== granted.manifestDigest) {
      state.want({ moveTo: { ...moveTo, image: granted.manifestDigest } });
    }
  }

  #act(effect: UpdateEffect): boolean {
    const { state, events } = this.#parts;
    const { workspaceName: workspace, policy } = state.record;
    const granted = this.#granted;
    if (!granted) return false;
    const { name: image, version, manifestDigest } = granted;
    switch (effect.kind) {
      case 'offer': {
        const deadline = effect.deadlineMs === null ? 'none' : new Date(effect.deadlineMs).toISOString();
        events.record('WORKSPACE-015', { workspace, image, version, deadline }, state.subject);
        return false;
      }
      case 'warn': {
        const remainingSeconds = Math.round(effect.remainingMs / 1000);
        events.record('WORKSPACE-016', { workspace, version, remainingSeconds }, state.subject);
        return false;
      }
      case 'begin-countdown': {
        const { countdownSeconds } = policy;
        const fields = { workspace, version, countdownSeconds, why: effect.why };
        events.record('WORKSPACE-017', fields, state.subject);
        return false;
      }
      case 'apply':
        events.record('WORKSPACE-018', { workspace, version, why: effect.why }, state.subject);
        state.want({ moveTo: { image: manifestDigest, why: effect.why } });
        return true;
    }
  }

  #isDue(standing: UpdateStanding): boolean {
    const deadlineMs = updateDeadlineMs(standing, this.#rules);
    return deadlineMs !== null && this.#parts.trustedNowMs() >= deadlineMs;
  }

  #due(standing: UpdateStanding, { version }: Lease['image']): Error {
    const deadlineMs = updateDeadlineMs(standing, this.#rules) ?? standing.sinceMs;
    const deadline = new Date(deadlineMs).toISOString();
    return fail('UPDATE_DUE', { workspace: this.#parts.state.record.workspaceName, version, deadline });
  }

  get #granted(): Lease['image'] | undefined {
    return this.#parts.lease()?.image;
  }

  get #rules(): UpdateRules {
    const { updateMode, forceAfterHours, countdownSeconds } = this.#parts.state.record.policy;
    return {
      mode: updateMode,
      forceAfterMs: forceAfterHours * hourMs,
      countdownMs: countdownSeconds * 1000,
    };
  }
}
