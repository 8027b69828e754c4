import {
  type CallOutput,
  type Intervals,
  type Inventory,
  intervalsSchema,
  routes,
  type WorkspaceStatus,
} from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import type { DeviceActions } from '../actions/device-actions.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { LeaseKeys } from '../leases/lease-keys.ts';
import type { Verifiers } from '../sign-in/verifiers.ts';
import type { Facts } from '../store/facts.ts';
import type { GrantStore, UserGrant } from '../store/grants.ts';
import type { StoreSeal } from '../store/store-seal.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import type { Supervisor } from '../workspaces/supervisor.ts';
import { type Contact, isContactFailure } from './contact.ts';
import type { ServerLink } from './server-link.ts';

export interface SyncParts {
  readonly link: Pick<ServerLink, 'call'>;
  readonly grants: GrantStore;
  readonly verifiers: Pick<Verifiers, 'forget'>;
  readonly leases: Pick<LeaseKeeper, 'accept' | 'withdraw'>;
  readonly leaseKeys: Pick<LeaseKeys, 'replace'>;
  readonly seal: Pick<StoreSeal, 'restore'>;
  readonly contact: Contact;
  readonly clock: Pick<TrustedClock, 'contact'>;
  readonly facts: Facts;
  readonly actions: Pick<DeviceActions, 'finished' | 'acknowledge' | 'take'>;
  readonly inventory: () => Promise<Inventory>;
  readonly statuses: () => Promise<WorkspaceStatus[]>;
  /** The server ended permissions. Told before their leases are dropped. */
  readonly noteWithdrawal: Supervisor['noteWithdrawal'];
}

type SyncAnswer = CallOutput<typeof routes.syncDevice>;
type UserAnswer = SyncAnswer['users'][number];

const intervalsFact = 'intervals';

/** The intervals the server last asked for. */
export function readIntervals(facts: Facts, atEnrolment: Intervals): Intervals {
  return facts.read(intervalsFact, intervalsSchema) ?? atEnrolment;
}

/**
 * One contact: says how things are here, and takes time, intervals, leases and actions from the answer.
 *
 * @returns the token for the built-in repository; `undefined` when the server no longer wants this device
 * @throws when the server was not reached; the contact is recorded as failed
 */
export async function syncWithServer(parts: SyncParts, signal: AbortSignal): Promise<string | undefined> {
  const grants = parts.grants.list();
  const finishedActions = parts.actions.finished().slice(0, 100);
  let answer: SyncAnswer;
  try {
    answer = await parts.link.call(routes.syncDevice, {
      body: {
        userGrants: grants.map(({ grant }) => grant),
        inventory: await parts.inventory(),
        workspaces: await parts.statuses(),
        finishedActions,
      },
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    await settleFailure(parts, error);
    parts.actions.acknowledge(finishedActions, []);
    return undefined;
  }
  parts.seal.restore();
  parts.clock.contact(Date.parse(answer.serverTime));
  parts.contact.succeeded();
  parts.leaseKeys.replace(answer.leaseKeys);
  parts.facts.write(intervalsFact, answer.intervals);
  for (const [index, grant] of grants.entries()) await takeUser(parts, grant, answer.users[index]);
  parts.actions.acknowledge(finishedActions, answer.actions);
  parts.actions.take(answer.actions);
  return answer.repositoryToken;
}

async function takeUser(
  { leases, grants, verifiers, noteWithdrawal }: SyncParts,
  { userId, grant }: UserGrant,
  answer: UserAnswer | undefined,
): Promise<void> {
  if (answer?.outcome === 'granted' && answer.userId === userId) {
    for (const { workspaceId, reason } of answer.withdrawn) {
      noteWithdrawal((key) => key.userId === userId && key.workspaceId === workspaceId, reason);
    }
    await leases.accept(userId, answer.leases);
  }
  if (answer?.outcome !== 'refused') return;
  // They signed in anew while this contact was under way, and what was refused is the grant before that.
  if (grants.list().some((held) => held.userId === userId && held.grant !== grant)) return;
  const { reason } = answer;
  if (reason !== 'signed-out') {
    noteWithdrawal((key) => key.userId === userId, reason);
    verifiers.forget(userId);
  }
  grants.forget(userId);
  await leases.withdraw(userId);
}

/** Rethrows, unless the server said that it wants this device no more. */
async function settleFailure(parts: SyncParts, error: unknown): Promise<void> {
  const { contact, leases, grants, verifiers, noteWithdrawal } = parts;
  const isRevoked = isAppError(error, 'DEVICE_REVOKED');
  if (isRevoked || isAppError(error, 'DEVICE_UNKNOWN')) {
    contact.succeeded();
    contact.refused(error);
    // A server that knows nothing of this device may have been restored from a backup: that deletes nothing.
    if (isRevoked) noteWithdrawal(() => true, 'revoked');
    for (const { userId } of grants.list()) verifiers.forget(userId);
    await leases.withdraw();
    return;
  }
  if (isContactFailure(error)) contact.failed(error);
  else contact.refused(error);
  throw error;
}
