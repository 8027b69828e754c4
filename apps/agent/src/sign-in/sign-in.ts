import { fail, type Lease, routes } from '@carrel/contract';
import { isAppError, type UserId } from '@carrel/kit';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import { type Contact, isContactFailure } from '../link/contact.ts';
import type { ServerLink } from '../link/server-link.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { GrantStore } from '../store/grants.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import type { Presence } from './presence.ts';
import type { KnownPerson, Verifiers } from './verifiers.ts';

export interface SignInParts {
  readonly link: Pick<ServerLink, 'call'>;
  readonly grants: Pick<GrantStore, 'keep'>;
  readonly leases: Pick<LeaseKeeper, 'list'>;
  readonly verifiers: Verifiers;
  readonly presence: Presence;
  readonly contact: Pick<Contact, 'failingMs'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: Pick<TrustedClock, 'nowMs'>;
  /** Fetches the leases of who has just signed in. */
  readonly sync: () => Promise<void>;
}

export interface Credentials {
  readonly userName: string;
  readonly password: string;
}

/** Who signed in, and who said so. */
export interface SignedIn extends KnownPerson {
  readonly how: 'server' | 'verifier';
}

/** A server that does not answer by then counts as out of reach; it may have to ask slow directories first. */
const answerTimeoutMs = 30_000;
/** Out of reach a moment ago, it is probably still so, and somebody waits. */
const shortAnswerTimeoutMs = 8_000;

/**
 * Signs a person in at this computer. The server decides; only while it, or the directory behind it, cannot be reached
 * does a verifier of an earlier sign-in count, where a policy of theirs allows that.
 *
 * @throws {SIGN_IN_FAILED} the password is wrong
 * @throws {REQUEST_LIMITED} it was tried too often; with the seconds to wait
 * @throws {OFFLINE_SIGN_IN_UNKNOWN} {OFFLINE_SIGN_IN_HELD} the server cannot be asked, and without it they may not
 */
export async function signIn(credentials: Credentials, parts: SignInParts): Promise<SignedIn> {
  try {
    const signedIn = await decide(credentials, parts);
    parts.events.record('AGENT-008', { userName: signedIn.userName, how: signedIn.how });
    return signedIn;
  } catch (error) {
    if (isAppError(error)) {
      parts.events.record('AGENT-009', { userName: credentials.userName, code: error.code });
    }
    throw error;
  }
}

async function decide(credentials: Credentials, parts: SignInParts): Promise<SignedIn> {
  let answer: KnownPerson & { readonly userGrant: string };
  try {
    const isFailing = parts.contact.failingMs() > 0;
    const signal = AbortSignal.timeout(isFailing ? shortAnswerTimeoutMs : answerTimeoutMs);
    answer = await parts.link.call(routes.signInAtDevice, { body: { ...credentials }, signal });
  } catch (error) {
    // The server was reached: it holds back who tries too often, and so must the computer.
    if (isAppError(error, 'REQUEST_LIMITED')) throw error;
    if (isContactFailure(error)) return signInOffline(credentials, parts, error);
    if (isAppError(error, 'SIGN_IN_FAILED')) await distrust(credentials, parts);
    throw error;
  }
  const { userId, userName, userGrant } = answer;
  parts.grants.keep({ userId, userName, grant: userGrant });
  await parts.sync();
  if (await isOfflineAllowed(userId, parts)) {
    await parts.verifiers.keep({ userId, userName }, credentials.userName, credentials.password);
  } else parts.verifiers.forget(userId);
  return { userId, userName, how: 'server' };
}

/** The server refuses what was right before: the account was disabled, or the password is another one now. */
async function distrust(
  { userName, password }: Credentials,
  { verifiers, clock }: SignInParts,
): Promise<void> {
  const answer = await verifiers.check(userName, password, clock.nowMs());
  if (answer.outcome === 'right') verifiers.forget(answer.person.userId);
}

async function signInOffline(
  { userName, password }: Credentials,
  parts: SignInParts,
  cause: unknown,
): Promise<SignedIn> {
  const nowMs = parts.clock.nowMs();
  const answer = await parts.verifiers.check(userName, password, nowMs);
  switch (answer.outcome) {
    case 'unknown':
      throw fail('OFFLINE_SIGN_IN_UNKNOWN', { userName }, cause);
    case 'held': {
      const waitSeconds = Math.ceil((answer.untilMs - nowMs) / 1000);
      throw fail('OFFLINE_SIGN_IN_HELD', { userName, waitSeconds }, cause);
    }
    case 'wrong':
      throw fail('SIGN_IN_FAILED', {}, cause);
    case 'right':
      if (await isOfflineAllowed(answer.person.userId, parts)) {
        parts.presence.note(answer.person.userId);
        return { ...answer.person, how: 'verifier' };
      }
      parts.verifiers.forget(answer.person.userId);
      throw fail('OFFLINE_SIGN_IN_UNKNOWN', { userName }, cause);
  }
}

/** One workspace of theirs that allows it is enough: each workspace has an offline limit of its own. */
async function isOfflineAllowed(userId: UserId, { leases }: SignInParts): Promise<boolean> {
  const isAllowed = ({ policy }: Lease): boolean => policy.general.isOfflineSignInAllowed;
  return (await leases.list()).some((lease) => lease.userId === userId && isAllowed(lease));
}
