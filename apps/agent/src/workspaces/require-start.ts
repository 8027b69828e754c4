import { fail, type Lease } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { type LeaseKeeper, leaseEndError } from '../leases/lease-keeper.ts';
import type { Presence } from '../sign-in/presence.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { WorkspaceState } from './workspace-state.ts';

/**
 * The lease of a workspace, when it allows a start right now.
 *
 * @throws {LEASE_MISSING} {SIGN_IN_NEEDED} and the other reasons for which a start is refused; the refusal is recorded
 */
export async function requireStart(
  { record, subject }: WorkspaceState,
  leases: Pick<LeaseKeeper, 'require' | 'evaluate'>,
  events: Pick<EventQueue, 'record'>,
  presence: Pick<Presence, 'has'>,
): Promise<Lease> {
  try {
    const lease = await leases.require(record, record.workspaceName);
    const verdict = leases.evaluate(lease, 'start');
    if (verdict.outcome === 'ended') throw leaseEndError(verdict.code, lease);
    const isRemembered = lease.policy.general.isPasswordSavingAllowed;
    if (!isRemembered && !presence.has(record.userId)) {
      throw fail('SIGN_IN_NEEDED', { userName: record.userName, workspace: record.workspaceName });
    }
    return lease;
  } catch (error) {
    if (!isAppError(error)) throw error;
    const fields = { workspace: record.workspaceName, code: error.code, message: error.message };
    events.record('WORKSPACE-006', fields, subject);
    throw error;
  }
}
