import { warningThresholdsMs } from '../lease/evaluate-lease.ts';

/**
 * Where a workspace stands with a version that its lease names and that it does not run yet:
 *
 * ```
 * current ──another version is named──▶ offered ──threshold──▶ warned ──deadline──▶ due
 *    ▲                                     └────────────── agreed to ────────────────┤
 *    │                                                                at hand, while a guest runs
 *    │                                                                               ▼
 *    └──────────── no longer named ─────────────  applied ◀──countdown over── counting down
 * ```
 *
 * Kept on disk, so that neither restarting anything nor a newer version moves a deadline. Times are trusted time.
 */
export interface UpdateStanding {
  /** The version it stands on, by manifest digest. */
  readonly held: string;
  /** The version that people were told of. */
  readonly told: string;
  /** Since when it is known here that `held` is not what is wanted any more. */
  readonly sinceMs: number;
  /** Since when it is known here, too, that updates are forced; `null` while they are not. */
  readonly forcedSinceMs: number | null;
  /** The smallest threshold that was warned of. */
  readonly warnedMs: number | null;
  /** When the guest is stopped for the update; `null` while it is not counted down. */
  readonly stopAtMs: number | null;
}

/** What the policy says of updates. */
export interface UpdateRules {
  readonly mode: 'suggest' | 'force';
  /** How long people may put a forced update off. */
  readonly forceAfterMs: number;
  readonly countdownMs: number;
}

/** What is known at this moment. Versions are named by manifest digest. */
export interface UpdateFacts {
  readonly trustedNowMs: number;
  /** What the workspace stands on; `null` before its first start. */
  readonly held: string | null;
  /** What the lease names; `null` without a lease. */
  readonly granted: string | null;
  /** A guest runs and nobody is stopping it. */
  readonly isRunning: boolean;
  /** The granted version can be started right away. */
  readonly isAtHand: boolean;
  /** The person asked for it. Whatever it waited for since, they are told before their guest is stopped. */
  readonly isAgreed: boolean;
}

/** What is to be done because the standing changed. */
export type UpdateEffect =
  | { readonly kind: 'offer'; readonly deadlineMs: number | null }
  | { readonly kind: 'warn'; readonly remainingMs: number }
  | { readonly kind: 'begin-countdown'; readonly why: 'agreed' | 'due' }
  /** Stop the guest in order and start it on the granted version. */
  | { readonly kind: 'apply'; readonly why: 'agreed' | 'due' };

export interface UpdateStep {
  /** The same object when nothing changed; `null` while there is nothing to update to. */
  readonly standing: UpdateStanding | null;
  readonly effect: UpdateEffect | null;
}

/** Time has passed, or something changed. Pure; asked again with the same, it has no effect but `apply`. */
export function nextUpdate(
  before: UpdateStanding | null,
  rules: UpdateRules,
  facts: UpdateFacts,
): UpdateStep {
  const { held, granted, trustedNowMs: nowMs } = facts;
  // Without a lease nothing is known, and what was learned is not forgotten.
  if (granted === null) return { standing: before, effect: null };
  if (held === null || held === granted) return { standing: null, effect: null };
  const known = before?.held === held ? before : null;
  const isForced = rules.mode === 'force';
  const standing: UpdateStanding = {
    held,
    told: granted,
    // A server that was ahead and is right again must not move a deadline away.
    sinceMs: Math.min(known?.sinceMs ?? nowMs, nowMs),
    forcedSinceMs: isForced ? Math.min(known?.forcedSinceMs ?? nowMs, nowMs) : null,
    warnedMs: isForced ? (known?.warnedMs ?? null) : null,
    stopAtMs: null,
  };
  const { standing: after, effect } = judge(standing, known, rules, facts);
  return { standing: isSame(before, after) ? before : after, effect };
}

/** When a forced update is due, in trusted time; `null` when it is not forced. */
export function updateDeadlineMs(
  { forcedSinceMs }: UpdateStanding,
  { forceAfterMs }: Pick<UpdateRules, 'forceAfterMs'>,
): number | null {
  return forcedSinceMs === null ? null : forcedSinceMs + forceAfterMs;
}

function judge(
  standing: UpdateStanding,
  known: UpdateStanding | null,
  rules: UpdateRules,
  { trustedNowMs: nowMs, isRunning, isAtHand, isAgreed }: UpdateFacts,
): { standing: UpdateStanding; effect: UpdateEffect | null } {
  const deadlineMs = updateDeadlineMs(standing, rules);
  const isNews =
    known?.told !== standing.told || (known.forcedSinceMs === null && standing.forcedSinceMs !== null);
  if (isNews) return { standing, effect: { kind: 'offer', deadlineMs } };
  const isDue = deadlineMs !== null && nowMs >= deadlineMs;
  if (!isDue && !isAgreed) {
    return deadlineMs === null ? { standing, effect: null } : warn(standing, deadlineMs - nowMs, rules);
  }
  if (!isRunning || !isAtHand) return { standing, effect: null };
  const why = isAgreed ? 'agreed' : 'due';
  const stopAtMs = Math.min(known.stopAtMs ?? Infinity, nowMs + rules.countdownMs);
  const isOver = known.stopAtMs !== null && nowMs >= stopAtMs;
  const begin = known.stopAtMs === null ? ({ kind: 'begin-countdown', why } as const) : null;
  return { standing: { ...standing, stopAtMs }, effect: isOver ? { kind: 'apply', why } : begin };
}

/** A warning that comes as soon as the time begins to run would say nothing. */
function warn(
  standing: UpdateStanding,
  remainingMs: number,
  { forceAfterMs }: UpdateRules,
): { standing: UpdateStanding; effect: UpdateEffect | null } {
  const thresholds = warningThresholdsMs.filter((threshold) => threshold < forceAfterMs);
  const warnedMs = thresholds.findLast((threshold) => remainingMs <= threshold) ?? null;
  const isTold = warnedMs === null || (standing.warnedMs !== null && standing.warnedMs <= warnedMs);
  if (isTold) return { standing, effect: null };
  return { standing: { ...standing, warnedMs }, effect: { kind: 'warn', remainingMs } };
}

function isSame(before: UpdateStanding | null, after: UpdateStanding): boolean {
  return (
    before !== null &&
    before.held === after.held &&
    before.told === after.told &&
    before.sinceMs === after.sinceMs &&
    before.forcedSinceMs === after.forcedSinceMs &&
    before.warnedMs === after.warnedMs &&
    before.stopAtMs === after.stopAtMs
  );
}
