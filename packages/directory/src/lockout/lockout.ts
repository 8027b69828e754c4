/** Failed sign-ins of one account so far. */
export interface FailureRecord {
  readonly count: number;
  /** Milliseconds since 1970; `null` before the first failure. */
  readonly lastAtMs: number | null;
  readonly lockedUntilMs: number | null;
}

export const noFailures: FailureRecord = { count: 0, lastAtMs: null, lockedUntilMs: null };

/** Failures within this time of each other add up. */
export const failureWindowMs = 15 * 60_000;
/** This many lock the account. */
export const failuresAllowed = 5;
export const lockoutMs = 15 * 60_000;

/** How strict an account is. */
export interface LockoutLimits {
  readonly failuresAllowed: number;
  readonly lockoutMs: number;
}

/** Whether the account takes no password now. */
export function isLocked(record: FailureRecord, nowMs: number): boolean {
  return record.lockedUntilMs !== null && nowMs < record.lockedUntilMs;
}

/** The record after one more failure. While locked nothing changes, so that a lock always ends. */
export function recordFailure(
  record: FailureRecord,
  nowMs: number,
  limits: LockoutLimits = { failuresAllowed, lockoutMs },
): FailureRecord {
  if (isLocked(record, nowMs)) return record;
  const isFresh = record.lastAtMs === null || nowMs - record.lastAtMs > failureWindowMs;
  const count = isFresh || record.lockedUntilMs !== null ? 1 : record.count + 1;
  const lockedUntilMs = count >= limits.failuresAllowed ? nowMs + limits.lockoutMs : null;
  return { count, lastAtMs: nowMs, lockedUntilMs };
}
