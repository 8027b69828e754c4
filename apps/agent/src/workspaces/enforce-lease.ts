import { fail, type Lease } from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';
import {
  goodStanding,
  type LeaseVerdict,
  nextStanding,
  type Permission,
  type Standing,
  type StandingEffect,
} from '@carrel/policy';
import { type LeaseKeeper, leaseEndError } from '../leases/lease-keeper.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import { type DeletionReason, deletionReason } from './deletion.ts';
import type { UserWorkspace } from './user-workspace.ts';
import { failureOf } from './workspace-state.ts';

export interface EnforcementParts {
  readonly leases: Pick<LeaseKeeper, 'require' | 'evaluate'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Pick<TrustedClock, 'nowMs'>;
  /**
   * The server was asked, or tried in vain, since this agent started. Before that a clock that was wrong when the
   * computer was switched on could delete what is still permitted.
   */
  readonly hasTriedContact: () => boolean;
}

/** The part of a workspace that is enforced upon. */
export type EnforcedWorkspace = Pick<UserWorkspace, 'hasGuest' | 'state' | 'stop' | 'delete'>;

/**
 * Looks whether the lease of a workspace still allows it: warns when a limit nears, counts down when it is reached,
 * stops the guest as its policy says, and deletes the workspace where the grant says so. To be called every few
 * seconds for each workspace.
 */
export async function enforceLease(workspace: EnforcedWorkspace, parts: EnforcementParts): Promise<void> {
  const { state } = workspace;
  const { deletion, guest } = state.record;
  // A guest that is known and not taken over yet after a restart of the agent keeps its countdown.
  if (deletion ?? (guest && !workspace.hasGuest)) return;
  const found = await findPermission(workspace, parts);
  if (!workspace.hasGuest && found.outcome === 'ended') {
    keepStanding(workspace, goodStanding);
    const reason = deletionOf(workspace, found.error, parts);
    if (reason !== null && state.record.wanted.guest === 'stopped') workspace.delete(reason);
    return;
  }
  const { warned, ending, policy } = state.record;
  const { standing, effect } = nextStanding(standingOf({ warned, ending }), permissionOf(found), {
    trustedNowMs: found.judgedAtMs,
    countdownMs: policy.countdownSeconds * 1000,
  });
  keepStanding(workspace, standing);
  if (effect) act(workspace, effect, found, parts);
}

/** With the moment it was judged, in trusted time: whatever is reckoned from it holds for that same moment. */
type Found = { readonly judgedAtMs: number } & (
  | { readonly outcome: 'valid'; readonly verdict: Extract<LeaseVerdict, { outcome: 'valid' }> }
  | { readonly outcome: 'ended'; readonly error: AppError; readonly overdueMs: number }
);

async function findPermission(
  { state }: EnforcedWorkspace,
  { leases, clock }: EnforcementParts,
): Promise<Found> {
  let lease: Lease;
  try {
    lease = await leases.require(state.record, state.record.workspaceName);
  } catch (error) {
    if (!isAppError(error)) throw error;
    const isWithdrawn = error.code === 'LEASE_MISSING';
    const reason = isWithdrawn ? fail('LEASE_WITHDRAWN', {}) : error;
    return { judgedAtMs: clock.nowMs(), outcome: 'ended', error: reason, overdueMs: 0 };
  }
  const judgedAtMs = clock.nowMs();
  const verdict = leases.evaluate(lease, 'run', judgedAtMs);
  if (verdict.outcome === 'valid') return { judgedAtMs, outcome: 'valid', verdict };
  const error = leaseEndError(verdict.code, lease);
  return { judgedAtMs, outcome: 'ended', error, overdueMs: verdict.overdueMs };
}

function permissionOf(found: Found): Permission {
  if (found.outcome === 'valid') return found.verdict;
  return { outcome: 'ended', code: found.error.code, overdueMs: found.overdueMs };
}

/** The same object for the same content, as the state machine gives back what it got when nothing changed. */
function standingOf(standing: Standing): Standing {
  return standing.warned || standing.ending ? standing : goodStanding;
}

function keepStanding({ state }: EnforcedWorkspace, { warned, ending }: Standing): void {
  const { record } = state;
  if (record.warned !== warned || record.ending !== ending) state.update({ warned, ending });
}

function act(
  workspace: EnforcedWorkspace,
  effect: StandingEffect,
  found: Found,
  parts: EnforcementParts,
): void {
  const { state } = workspace;
  const { workspaceName, policy, wanted } = state.record;
  const nowMs = found.judgedAtMs;
  switch (effect.kind) {
    case 'warn': {
      const remainingSeconds = Math.round(effect.remainingMs / 1000);
      parts.events.record('LEASE-003', { workspace: workspaceName, remainingSeconds }, state.subject);
      return;
    }
    case 'begin-countdown': {
      const { code, limitAtMs } = effect;
      const times = { limitAt: isoTime(limitAtMs), noticedAt: isoTime(nowMs) };
      const { countdownSeconds } = policy;
      const fields = { workspace: workspaceName, code, countdownSeconds, ...times };
      parts.events.record('LEASE-004', fields, state.subject);
      return;
    }
    case 'stop':
      if (wanted.guest === 'stopped' || found.outcome !== 'ended') return;
      end(workspace, effect, found.error, parts);
  }
}

/** The countdown is over. */
function end(
  workspace: EnforcedWorkspace,
  { dueMs }: Extract<StandingEffect, { kind: 'stop' }>,
  error: AppError,
  parts: EnforcementParts,
): void {
  const { state } = workspace;
  const { workspaceName } = state.record;
  const times = { dueAt: isoTime(dueMs), enforcedAt: isoTime(parts.clock.nowMs()) };
  const fields = { workspace: workspaceName, code: error.code, ...times };
  parts.events.record('LEASE-006', fields, state.subject);
  const reason = deletionOf(workspace, error, parts);
  if (reason !== null) {
    workspace.delete(reason);
    return;
  }
  state.update({ failure: failureOf(error) });
  workspace.stop(false);
}

function deletionOf(
  { state }: EnforcedWorkspace,
  error: AppError,
  { hasTriedContact }: EnforcementParts,
): DeletionReason | null {
  const { withdrawal, policy } = state.record;
  const isWithdrawn = error.code === 'LEASE_WITHDRAWN';
  if (!isWithdrawn && !hasTriedContact()) return null;
  return deletionReason(error.code, isWithdrawn ? withdrawal : null, policy.deletion);
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
