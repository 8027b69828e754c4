/**
 * Where a workspace in use stands with its permission:
 *
 * ```
 * allowed ──threshold──▶ warned ──limit──▶ ending ──countdown over──▶ stopped
 *    ▲                      │                 │
 *    └─────── renewed ──────┴──── renewed ────┘
 * ```
 *
 * Kept on disk, so that a countdown goes on where it was after a restart. Times are trusted time.
 */
export interface Standing {
  /** The last warning given, so that each threshold is told once. */
  readonly warned: {
    readonly endsAs: string;
    readonly thresholdMs: number;
    /** When the limit will be reached. */
    readonly atMs: number;
  } | null;
  /** The permission ended: why, and when the guest is stopped. */
  readonly ending: { readonly code: string; readonly dueMs: number } | null;
}

/** What is known of the permission at this moment. */
export type Permission =
  | {
      readonly outcome: 'valid';
      readonly remainingMs: number | null;
      readonly endsAs: string | null;
      readonly warningMs: number | null;
    }
  | { readonly outcome: 'ended'; readonly code: string; readonly overdueMs: number };

/** What is to be done because the standing changed. */
export type StandingEffect =
  | { readonly kind: 'warn'; readonly remainingMs: number }
  | { readonly kind: 'begin-countdown'; readonly code: string; readonly limitAtMs: number }
  | { readonly kind: 'stop'; readonly code: string; readonly dueMs: number };

export interface StandingStep {
  /** The same object when nothing changed. */
  readonly standing: Standing;
  readonly effect: StandingEffect | null;
}

export const goodStanding: Standing = { warned: null, ending: null };

/** A limit that moved away by more than this is a new one, of which people are warned anew. */
const renewalMs = 60_000;
/** Clocks wobble by less than this beside each other. */
const clockNoiseMs = 1_000;

/** Time has passed, or the permission changed. Pure; asked again with the same, it has no effect but `stop`. */
export function nextStanding(
  standing: Standing,
  permission: Permission,
  { trustedNowMs, countdownMs }: { readonly trustedNowMs: number; readonly countdownMs: number },
): StandingStep {
  if (permission.outcome === 'valid') return warn(standing, permission, trustedNowMs);
  const { code, overdueMs } = permission;
  if (!standing.ending) {
    const ending = { code, dueMs: trustedNowMs + countdownMs };
    const effect: StandingEffect = { kind: 'begin-countdown', code, limitAtMs: trustedNowMs - overdueMs };
    return { standing: { ...standing, ending }, effect };
  }
  // A server that was ahead and is right again must not make a countdown longer than it is.
  const dueMs = Math.min(standing.ending.dueMs, trustedNowMs + countdownMs);
  const isSame = dueMs === standing.ending.dueMs;
  const stop: StandingEffect = { kind: 'stop', code: standing.ending.code, dueMs };
  return {
    standing: isSame ? standing : { ...standing, ending: { ...standing.ending, dueMs } },
    effect: trustedNowMs >= dueMs ? stop : null,
  };
}

function warn(
  standing: Standing,
  { remainingMs, endsAs, warningMs }: Extract<Permission, { outcome: 'valid' }>,
  trustedNowMs: number,
): StandingStep {
  const { warned, ending } = standing;
  if (remainingMs === null || endsAs === null || warningMs === null) {
    return { standing: warned || ending ? goodStanding : standing, effect: null };
  }
  const atMs = trustedNowMs + remainingMs;
  const isSameLimit = warned?.endsAs === endsAs && atMs <= warned.atMs + renewalMs;
  const isTold = isSameLimit && warned.thresholdMs <= warningMs;
  const isSame = isTold && !ending && Math.abs(atMs - warned.atMs) < clockNoiseMs;
  const thresholdMs = isTold ? warned.thresholdMs : warningMs;
  return {
    standing: isSame ? standing : { warned: { endsAs, thresholdMs, atMs }, ending: null },
    effect: isTold ? null : { kind: 'warn', remainingMs },
  };
}
