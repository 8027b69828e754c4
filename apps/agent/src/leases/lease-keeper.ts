import type { KeyObject } from 'node:crypto';
import { fail, type Lease, type LeaseKeys } from '@carrel/contract';
import { type AppError, isAppError, type UserId } from '@carrel/kit';
import {
  evaluateLease,
  type LeaseFacts,
  type LeaseVerdict,
  type LeaseVerification,
  openSealedKeys,
  verifyLease,
} from '@carrel/policy';
import { sealingJwk } from '../identity/sealing-jwk.ts';
import type { Contact } from '../link/contact.ts';
import type { EventQueue, EventSubject } from '../store/event-queue.ts';
import type { StoreSeal } from '../store/store-seal.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import type { LeaseStore, WorkspaceKey } from './lease-store.ts';

/** Keeps the leases of this computer. Every use verifies the signature again: the disk is not trusted. */
export interface LeaseKeeper {
  /** Takes what the server sent for a user. A lease that is not there any more was withdrawn. */
  accept(userId: UserId, tokens: readonly string[]): Promise<void>;
  /** Forgets the lease of one workspace, without a word: it is being deleted. */
  forget(key: WorkspaceKey): void;
  /** The server no longer knows the user here, or the whole computer when none is named. */
  withdraw(userId?: UserId): Promise<void>;
  /** Those that verify; the others are reported once. */
  list(): Promise<Lease[]>;
  /**
   * The verified lease, whatever time says of it.
   *
   * @throws {LEASE_MISSING} {LEASE_SIGNATURE_INVALID} {LEASE_OTHER_DEVICE} {LEASE_STORE_ALTERED}
   */
  require(key: WorkspaceKey, workspaceName: string): Promise<Lease>;
  /** @param trustedNowMs the moment to judge, for who goes on reckoning with it; now by default */
  evaluate(lease: Lease, purpose: LeaseFacts['purpose'], trustedNowMs?: number): LeaseVerdict;
  /**
   * Opens what a verified lease holds sealed.
   *
   * @throws {LEASE_SIGNATURE_INVALID}
   */
  openKeys(sealedKeys: string): Promise<LeaseKeys>;
}

export interface LeaseKeeperOptions {
  readonly store: LeaseStore;
  readonly seal: Pick<StoreSeal, 'isIntact'>;
  readonly events: Pick<EventQueue, 'record'>;
  readonly clock: TrustedClock;
  readonly contact: Contact;
  readonly verification: () => LeaseVerification;
  /** X25519, private: the present one, and while keys are being replaced the one before. */
  readonly sealingKeys: () => readonly KeyObject[];
}

export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  return new VerifyingLeaseKeeper(options);
}

class VerifyingLeaseKeeper implements LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  /** Tokens whose refusal was recorded. */
  readonly #reported = new Set<string>();

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  async accept(userId: UserId, tokens: readonly string[]): Promise<void> {
    const leases: Lease[] = [];
    for (const token of tokens) leases.push(...(await this.#take(userId, token)));
    // With a lease that cannot be read it is not known which one is missing.
    if (leases.length < tokens.length) return;
    const kept = new Set(leases.map((lease) => lease.workspaceId));
    const held = this.#options.store.list().filter((key) => key.userId === userId);
    for (const key of held) if (!kept.has(key.workspaceId)) await this.#drop(key);
  }

  forget(key: WorkspaceKey): void {
    this.#options.store.remove(key);
  }

  async withdraw(userId?: UserId): Promise<void> {
    for (const key of this.#options.store.list()) {
      if (userId === undefined || key.userId === userId) await this.#drop(key);
    }
  }

  async list(): Promise<Lease[]> {
    const stored = this.#options.store.list();
    const leases = await Promise.all(stored.map(({ token }) => this.#verify(token)));
    return leases.flatMap((lease) => (isAppError(lease) ? [] : [lease]));
  }

  async require(key: WorkspaceKey, workspaceName: string): Promise<Lease> {
    const stored = this.#options.store.find(key);
    if (!stored) throw fail('LEASE_MISSING', { workspace: workspaceName });
    const lease = await this.#verify(stored.token);
    if (isAppError(lease)) throw lease;
    if (lease.workspaceId === key.workspaceId && lease.userId === key.userId) {
      // An authentic lease may still be an old one that somebody put back.
      if (this.#options.seal.isIntact) return lease;
      throw fail('LEASE_STORE_ALTERED', {});
    }
    const error = fail('LEASE_SIGNATURE_INVALID', {});
    this.#report(stored.token, error);
    throw error;
  }

  evaluate(
    lease: Lease,
    purpose: LeaseFacts['purpose'],
    trustedNowMs = this.#options.clock.nowMs(),
  ): LeaseVerdict {
    const { clock, contact } = this.#options;
    return evaluateLease(lease, {
      trustedNowMs,
      offlineMs: clock.offlineMs(),
      contactFailingMs: contact.failingMs(),
      purpose,
    });
  }

  async openKeys(sealedKeys: string): Promise<LeaseKeys> {
    let refusal: unknown = fail('LEASE_SIGNATURE_INVALID', {});
    for (const key of this.#options.sealingKeys()) {
      try {
        return await openSealedKeys(sealedKeys, sealingJwk(key));
      } catch (error) {
        if (!isAppError(error, 'LEASE_SIGNATURE_INVALID')) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** None when the lease was refused, which is recorded. */
  async #take(userId: UserId, token: string): Promise<[Lease] | []> {
    const { store, events } = this.#options;
    const lease = await this.#verify(token);
    if (isAppError(lease)) return [];
    const problem = this.#problemOf(lease, userId);
    if (problem) {
      this.#report(token, problem);
      return [];
    }
    const isNew = store.find(lease) === undefined;
    store.put({ workspaceId: lease.workspaceId, userId, token });
    if (isNew) events.record('LEASE-001', { workspace: lease.workspaceName }, subjectOf(lease));
    return [lease];
  }

  #problemOf(lease: Lease, userId: UserId): AppError | undefined {
    if (lease.userId !== userId) return fail('LEASE_SIGNATURE_INVALID', {});
    const verdict = this.evaluate(lease, 'start');
    return verdict.outcome === 'ended' ? leaseEndError(verdict.code, lease) : undefined;
  }

  async #drop(key: WorkspaceKey): Promise<void> {
    const { store, events } = this.#options;
    const stored = store.find(key);
    if (!stored) return;
    store.remove(key);
    const lease = await this.#verify(stored.token);
    if (isAppError(lease)) return;
    events.record('LEASE-005', { workspace: lease.workspaceName }, subjectOf(lease));
  }

  async #verify(token: string): Promise<Lease | AppError> {
    try {
      return await verifyLease(token, this.#options.verification());
    } catch (error) {
      if (!isAppError(error)) throw error;
      this.#report(token, error);
      return error;
    }
  }

  #report(token: string, error: AppError): void {
    if (this.#reported.has(token)) return;
    this.#reported.add(token);
    this.#options.events.record('LEASE-002', { code: error.code, message: error.message });
  }
}

function subjectOf(lease: Lease): EventSubject {
  return { user: lease.userName, workspaceId: lease.workspaceId };
}

/** The error of a limit that a lease has reached. */
export function leaseEndError(
  code: Extract<LeaseVerdict, { outcome: 'ended' }>['code'],
  lease: Lease,
): AppError {
  if (code !== 'LEASE_EXPIRED') return fail(code, {});
  const validUntil = new Date((lease.validUntil ?? 0) * 1000).toISOString();
  return fail('LEASE_EXPIRED', { validUntil });
}
