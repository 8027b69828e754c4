import type { Assignment, LeaseGrant, WorkspacePolicy } from '@carrel/contract';
import type { AssignmentId } from '@carrel/kit';
import { endOfDaySeconds } from './end-of-day.ts';
import { type GrantReasons, mergeGrants } from './merge-grants.ts';

/** An assignment as far as it decides; what it is for is the caller's to know. */
export type GrantingAssignment = Pick<Assignment, 'id' | 'effect' | 'settings' | 'principal'>;

/** What a user may do with a workspace, all grants taken together. */
export type EffectiveGrant =
  | {
      readonly outcome: 'granted';
      readonly settings: EffectiveSettings;
      readonly reasons: GrantReasons;
      /** Grants that were not counted. */
      readonly leftOut: readonly { readonly id: AssignmentId; readonly reason: 'outranked' | 'expired' }[];
    }
  | { readonly outcome: 'denied'; readonly by: readonly AssignmentId[] }
  | { readonly outcome: 'none' };

export interface EffectiveSettings extends LeaseGrant {
  /** Seconds since 1970; `null` when no grant expires. */
  readonly validUntil: number | null;
  /** 0 forbids offline use, `null` sets no limit. */
  readonly offlineLimitSeconds: number | null;
}

export interface GrantRules {
  /** `user`: where the user has a grant of their own, grants to groups do not count. Default: least-restrictive. */
  readonly precedence?: WorkspacePolicy['general']['precedence'];
  /** Grants that have expired by then do not count beside one that has not. */
  readonly nowMs?: number;
}

/**
 * Merges the grants a user has for one workspace, their own and those of every group they are in. Any denial wins,
 * whatever the precedence; otherwise the least restrictive value wins, setting by setting. Does not depend on the order
 * of the assignments. When every grant has expired, the result is granted until a time in the past.
 */
export function resolveGrants(
  assignments: readonly GrantingAssignment[],
  { precedence = 'least-restrictive', nowMs = -Infinity }: GrantRules = {},
): EffectiveGrant {
  const ranked = assignments.toSorted(bySpecificity);
  const denials = ranked.filter((assignment) => assignment.effect === 'deny');
  if (denials.length > 0) return { outcome: 'denied', by: denials.map((denial) => denial.id) };
  const own = ranked.filter(({ principal }) => principal.kind === 'user');
  const counted = precedence === 'user' && own.length > 0 ? own : ranked;
  const dated = counted.map((grant) => ({ ...grant, validUntil: validUntilOf(grant) }));
  const current = dated.filter(({ validUntil }) => validUntil === null || validUntil * 1000 > nowMs);
  const [first, ...others] = current.length > 0 ? current : dated;
  if (!first) return { outcome: 'none' };
  const { settings, reasons } = mergeGrants([first, ...others]);
  const merged = new Set([first, ...others].map((grant) => grant.id));
  const leftOut = ranked
    .filter((grant) => !merged.has(grant.id))
    .map((grant) => ({
      id: grant.id,
      reason: counted.includes(grant) ? ('expired' as const) : ('outranked' as const),
    }));
  return { outcome: 'granted', settings, reasons, leftOut };
}

/** The user's own first, then by id: which of several equal values is named must not depend on the order given. */
function bySpecificity(a: GrantingAssignment, b: GrantingAssignment): number {
  if (a.principal.kind !== b.principal.kind) return a.principal.kind === 'user' ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function validUntilOf({ settings }: GrantingAssignment): number | null {
  return settings.expiresOn === null ? null : endOfDaySeconds(settings.expiresOn, settings.timeZone);
}
