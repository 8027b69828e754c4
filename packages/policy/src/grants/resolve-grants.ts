import type { Assignment, AssignmentSettings } from '@carrel/contract';
import type { AssignmentId } from '@carrel/kit';
import { endOfDaySeconds } from './end-of-day.ts';

type GrantingAssignment = Pick<Assignment, 'id' | 'effect' | 'settings' | 'principalName'>;

/** Which assignment supplied a value, and which it won over. */
export interface Provenance {
  readonly from: AssignmentId;
  readonly overrode: readonly AssignmentId[];
}

/** What a user may do with a workspace, all grants taken together. */
export type EffectiveGrant =
  | {
      readonly outcome: 'granted';
      readonly settings: EffectiveSettings;
      readonly reasons: Readonly<Record<keyof EffectiveSettings, Provenance>>;
    }
  | { readonly outcome: 'denied'; readonly by: readonly AssignmentId[] }
  | { readonly outcome: 'none' };

export interface EffectiveSettings {
  /** Seconds since 1970; `null` when no grant expires. */
  readonly validUntil: number | null;
  readonly offlineLimitSeconds: number;
}

/**
 * Merges the grants a user has for one workspace, their own and those of every group they are in.
 * Any denial wins; otherwise the least restrictive value wins, setting by setting.
 */
export function resolveGrants(assignments: readonly GrantingAssignment[]): EffectiveGrant {
  const denials = assignments.filter((assignment) => assignment.effect === 'deny');
  if (denials.length > 0) return { outcome: 'denied', by: denials.map((denial) => denial.id) };
  const longest = leastRestrictive(assignments, ({ settings }) => validUntil(settings) ?? Infinity);
  const farthest = leastRestrictive(assignments, ({ settings }) => settings.offlineLimitHours);
  if (!longest || !farthest) return { outcome: 'none' };
  return {
    outcome: 'granted',
    settings: {
      validUntil: validUntil(longest.winner.settings),
      offlineLimitSeconds: farthest.winner.settings.offlineLimitHours * 3600,
    },
    reasons: { validUntil: longest.provenance, offlineLimitSeconds: farthest.provenance },
  };
}

function validUntil(settings: AssignmentSettings): number | null {
  return settings.expiresOn === null ? null : endOfDaySeconds(settings.expiresOn, settings.timeZone);
}

/** The assignment with the largest value; among equals the one with the smallest id, whatever the order given. */
function leastRestrictive(
  assignments: readonly GrantingAssignment[],
  valueOf: (assignment: GrantingAssignment) => number,
): { winner: GrantingAssignment; provenance: Provenance } | undefined {
  const ranked = assignments.toSorted((a, b) => {
    const [valueA, valueB] = [valueOf(a), valueOf(b)];
    return valueA === valueB ? (a.id < b.id ? -1 : 1) : valueA > valueB ? -1 : 1;
  });
  const [winner, ...others] = ranked;
  if (!winner) return undefined;
  return { winner, provenance: { from: winner.id, overrode: others.map((other) => other.id) } };
}
