import type { Lease } from '@carrel/contract';

/** What of a lease limits the time of its use. */
export type LeaseLimits = Pick<Lease, 'issuedAt' | 'validUntil' | 'offlineLimitSeconds'>;

/** What is known at the moment a lease is judged. */
export interface LeaseFacts {
  /** Trusted time, milliseconds since 1970. */
  readonly trustedNowMs: number;
  /** Time since the last contact. */
  readonly offlineMs: number;
  /** How long contact has been failing; 0 while the latest contact succeeded. */
  readonly contactFailingMs: number;
  /** A guest about to start must be allowed now; one that runs is given the retry window. */
  readonly purpose: 'start' | 'run';
}

export type LeaseEndCode =
  | 'LEASE_EXPIRED'
  | 'LEASE_NOT_YET_VALID'
  | 'LEASE_OFFLINE_TOO_LONG'
  | 'LEASE_OFFLINE_FORBIDDEN';

export type LeaseVerdict =
  | {
      readonly outcome: 'valid';
      /** Time until the nearest limit; `null` when none is in sight. */
      readonly remainingMs: number | null;
      /** What the nearest limit will be called. */
      readonly endsAs: LeaseEndCode | null;
      /** The smallest warning threshold that was passed; `null` before the first. */
      readonly warningMs: number | null;
    }
  | {
      readonly outcome: 'ended';
      readonly code: LeaseEndCode;
      /** How long ago the limit was reached. */
      readonly overdueMs: number;
    };

/** Where offline use is forbidden: how long contact may fail before the guest is stopped. */
export const offlineRetryWindowMs = 2 * 60_000;

/** Before a limit: 7 days, 1 day, 1 hour, 10 minutes. */
export const warningThresholdsMs = [7 * 86_400_000, 86_400_000, 3_600_000, 600_000] as const;

/** How far the clock may be behind the server before a lease counts as from the future. */
const clockSkewMs = 5 * 60_000;

/** Whether a lease allows its workspace now. Pure: the same lease and facts always give the same verdict. */
export function evaluateLease(lease: LeaseLimits, facts: LeaseFacts): LeaseVerdict {
  if (facts.trustedNowMs < lease.issuedAt * 1000 - clockSkewMs) {
    return { outcome: 'ended', code: 'LEASE_NOT_YET_VALID', overdueMs: 0 };
  }
  const limits = limitsOf(lease, facts).toSorted((a, b) => a.remainingMs - b.remainingMs);
  const [nearest] = limits;
  if (!nearest) return { outcome: 'valid', remainingMs: null, endsAs: null, warningMs: null };
  const { remainingMs, code, wholeMs } = nearest;
  if (remainingMs <= 0) return { outcome: 'ended', code, overdueMs: -remainingMs };
  const thresholds = warningThresholdsMs.filter((threshold) => threshold < wholeMs);
  const warningMs = thresholds.findLast((threshold) => remainingMs <= threshold) ?? null;
  return { outcome: 'valid', remainingMs, endsAs: code, warningMs };
}

interface Limit {
  readonly code: LeaseEndCode;
  readonly remainingMs: number;
  /** How long it is in all: a warning that comes as soon as the limit begins to run would say nothing. */
  readonly wholeMs: number;
}

function limitsOf({ validUntil, offlineLimitSeconds }: LeaseLimits, facts: LeaseFacts): Limit[] {
  const limits: Limit[] = [];
  if (validUntil !== null) {
    const remainingMs = validUntil * 1000 - facts.trustedNowMs;
    limits.push({ code: 'LEASE_EXPIRED', remainingMs, wholeMs: Infinity });
  }
  if (offlineLimitSeconds === null) return limits;
  const isFailing = facts.contactFailingMs > 0;
  if (offlineLimitSeconds > 0) {
    const wholeMs = offlineLimitSeconds * 1000;
    const remainingMs = wholeMs - facts.offlineMs;
    // In contact the limit is renewed all the time, so only a contact that fails brings it nearer.
    if (isFailing || remainingMs <= 0) limits.push({ code: 'LEASE_OFFLINE_TOO_LONG', remainingMs, wholeMs });
  } else if (isFailing) {
    const windowMs = facts.purpose === 'start' ? 0 : offlineRetryWindowMs;
    const remainingMs = windowMs - facts.contactFailingMs;
    limits.push({ code: 'LEASE_OFFLINE_FORBIDDEN', remainingMs, wholeMs: Infinity });
  }
  return limits;
}
