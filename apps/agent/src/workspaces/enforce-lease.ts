import { fail, type Lease } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import type { LeaseVerdict } from '@carrel/policy';
import { type LeaseKeeper, leaseEndError } from '../leases/lease-keeper.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import type { UserWorkspace } from './user-workspace.ts';
import { failureOf } from './workspace-state.ts';

export interface EnforcementParts {
  readonly leases: Pick<LeaseKeeper, 'require' | 'evaluate'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: TrustedClock;
}

/** The part of a workspace that is enforced upon. */
export type EnforcedWorkspace = Pick<UserWorkspace, 'hasGuest' | 'state' | 'stop'>;

/**
 * Looks whether the lease of a running guest still allows it: warns when a limit nears, counts down when it is
 * reached, and stops the guest as its policy says. To be called every few seconds for each workspace.
 */
export async function enforceLease(workspace: EnforcedWorkspace, parts: EnforcementParts): Promise<void> {
  if (!workspace.hasGuest) return;
  const found = await findLease(workspace, parts);
  if (found.outcome === 'ended') {
    endGuest(workspace, found.error, parts);
    return;
  }
  const { state } = workspace;
  if (state.record.ending) state.update({ ending: null });
  warn(workspace, found.verdict, parts);
}

type Found =
  | { readonly outcome: 'valid'; readonly verdict: Extract<LeaseVerdict, { outcome: 'valid' }> }
  | { readonly outcome: 'ended'; readonly error: ReturnType<typeof leaseEndError> };

async function findLease({ state }: EnforcedWorkspace, { leases }: EnforcementParts): Promise<Found> {
  let lease: Lease;
  try {
    lease = await leases.require(state.record, state.record.workspaceName);
  } catch (error) {
    if (!isAppError(error)) throw error;
    const isWithdrawn = error.code === 'LEASE_MISSING';
    return { outcome: 'ended', error: isWithdrawn ? fail('LEASE_WITHDRAWN', {}) : error };
  }
  const verdict = leases.evaluate(lease, 'run');
  if (verdict.outcome === 'valid') return { outcome: 'valid', verdict };
  return { outcome: 'ended', error: leaseEndError(verdict.code, lease) };
}

/** The countdown runs on trusted time, so it goes on while the agent restarts. */
function endGuest(
  workspace: EnforcedWorkspace,
  error: Extract<Found, { outcome: 'ended' }>['error'],
  { events, clock }: EnforcementParts,
): void {
  const { state } = workspace;
  const { record, subject } = state;
  if (record.wanted.guest === 'stopped') return;
  if (!record.ending) {
    const dueMs = clock.nowMs() + record.policy.countdownSeconds * 1000;
    state.update({ ending: { code: error.code, dueMs } });
    events.record('LEASE-004', { workspace: record.workspaceName, code: error.code }, subject);
  }
  if (clock.nowMs() < (state.record.ending?.dueMs ?? 0)) return;
  state.update({ failure: failureOf(error) });
  workspace.stop(false);
}

function warn(
  { state }: EnforcedWorkspace,
  { warningMs, endsAs, remainingMs }: Extract<LeaseVerdict, { outcome: 'valid' }>,
  { events }: EnforcementParts,
): void {
  const { warned, workspaceName } = state.record;
  if (warningMs === null || endsAs === null || remainingMs === null) {
    if (warned) state.update({ warned: null });
    return;
  }
  const isGiven = warned?.endsAs === endsAs && warned.thresholdMs <= warningMs;
  if (isGiven) return;
  state.update({ warned: { endsAs, thresholdMs: warningMs } });
  const remainingSeconds = Math.round(remainingMs / 1000);
  events.record('LEASE-003', { workspace: workspaceName, remainingSeconds }, state.subject);
}
