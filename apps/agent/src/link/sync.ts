import {
  type CallOutput,
  type Intervals,
  type Inventory,
  intervalsSchema,
  routes,
  type WorkspaceStatus,
} from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { Facts } from '../store/facts.ts';
import type { GrantStore, UserGrant } from '../store/grants.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import { type Contact, isContactFailure } from './contact.ts';
import type { ServerLink } from './server-link.ts';

export interface SyncParts {
  readonly link: Pick<ServerLink, 'call'>;
  readonly grants: GrantStore;
  readonly leases: LeaseKeeper;
  readonly contact: Contact;
  readonly clock: TrustedClock;
  readonly facts: Facts;
  readonly inventory: () => Promise<Inventory>;
  readonly statuses: () => Promise<WorkspaceStatus[]>;
}

type SyncAnswer = CallOutput<typeof routes.syncDevice>;

const intervalsFact = 'intervals';

/** The intervals the server last asked for. */
export function readIntervals(facts: Facts, atEnrolment: Intervals): Intervals {
  return facts.read(intervalsFact, intervalsSchema) ?? atEnrolment;
}

/**
 * One contact: says how things are here, and takes time, intervals and leases from the answer.
 *
 * @returns the token for the built-in repository; `undefined` when the server no longer wants this device
 * @throws when the server was not reached; the contact is recorded as failed
 */
export async function syncWithServer(parts: SyncParts, signal: AbortSignal): Promise<string | undefined> {
  const grants = parts.grants.list();
  let answer: SyncAnswer;
  try {
    answer = await parts.link.call(routes.syncDevice, {
      body: {
        userGrants: grants.map(({ grant }) => grant),
        inventory: await parts.inventory(),
        workspaces: await parts.statuses(),
      },
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    await settleFailure(parts, error);
    return undefined;
  }
  parts.clock.contact(Date.parse(answer.serverTime));
  parts.contact.succeeded();
  parts.facts.write(intervalsFact, answer.intervals);
  for (const [index, grant] of grants.entries()) await takeUser(parts, grant, answer.users[index]);
  return answer.repositoryToken;
}

async function takeUser(
  { leases, grants }: SyncParts,
  { userId }: UserGrant,
  answer: SyncAnswer['users'][number] | undefined,
): Promise<void> {
  if (answer?.outcome === 'granted' && answer.userId === userId) await leases.accept(userId, answer.leases);
  if (answer?.outcome === 'refused') {
    grants.forget(userId);
    await leases.withdraw(userId);
  }
}

/** Rethrows, unless the server said that it wants this device no more. */
async function settleFailure({ contact, leases }: SyncParts, error: unknown): Promise<void> {
  const isDismissed = isAppError(error, 'DEVICE_REVOKED') || isAppError(error, 'DEVICE_UNKNOWN');
  if (isDismissed) {
    contact.succeeded();
    await leases.withdraw();
    return;
  }
  if (isContactFailure(error)) contact.failed(error);
  throw error;
}
