import type {
  Assignment,
  ExplainedGrant,
  ExplainedValue,
  ExplainedWorkspace,
  WorkspacePolicy,
} from '@carrel/contract';
import type { GroupId, UserId } from '@carrel/kit';
import { type EffectiveGrant, resolveGrants } from '../grants/resolve-grants.ts';
import { flatten } from './json-tree.ts';

/** The groups of a user and all others, as far as it takes to find the ways from one to the others. */
export interface UserInGroups {
  /** Groups the user is directly in. */
  readonly direct: readonly GroupId[];
  readonly nestings: readonly { readonly parent: GroupId; readonly child: GroupId }[];
  readonly nameOf: (groupId: GroupId) => string;
}

/** Groups by id, each with the shortest way to it: names from the group the user is in. */
export type GroupPaths = ReadonlyMap<GroupId, readonly string[]>;

/** Every group the user is in, nested groups included; among ways of one length the first by name. */
export function groupPaths({ direct, nestings, nameOf }: UserInGroups): GroupPaths {
  const around = Map.groupBy(nestings, (nesting) => nesting.child);
  const byName = (groups: readonly GroupId[]): GroupId[] =>
    groups.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const paths = new Map(byName(direct).map((group) => [group, [nameOf(group)]]));
  // A Map takes in what is added while it is walked, so that nearer groups come before those around them.
  for (const [group, path] of paths) {
    for (const parent of byName((around.get(group) ?? []).map((nesting) => nesting.parent))) {
      if (!paths.has(parent)) paths.set(parent, [...path, nameOf(parent)]);
    }
  }
  return paths;
}

/** Why somebody has what they have of one workspace. */
export type GrantExplanation = Pick<
  ExplainedWorkspace,
  'outcome' | 'precedence' | 'grants' | 'values' | 'deniedBy'
>;

/**
 * Explains one workspace for one user: each assignment that reaches them and how, each effective value and which
 * assignment supplied it.
 *
 * @param assignments of the workspace, all of them
 */
export function explainGrants(
  userId: UserId,
  paths: GroupPaths,
  assignments: readonly Assignment[],
  rules: { readonly precedence: WorkspacePolicy['general']['precedence']; readonly nowMs: number },
): GrantExplanation {
  const reaching = assignments.filter(({ principal }) =>
    principal.kind === 'user' ? principal.id === userId : paths.has(principal.id),
  );
  const grant = resolveGrants(reaching, rules);
  const leftOut = new Map(
    grant.outcome === 'granted' ? grant.leftOut.map(({ id, reason }) => [id, reason]) : [],
  );
  return {
    outcome: outcomeOf(grant, rules.nowMs),
    precedence: rules.precedence,
    grants: reaching.map(
      ({ id, principal, principalName, effect, settings }): ExplainedGrant => ({
        assignmentId: id,
        principal,
        principalName,
        effect,
        path: principal.kind === 'group' ? [...(paths.get(principal.id) ?? [])] : [],
        settings,
        leftOut: leftOut.get(id) ?? null,
      }),
    ),
    values: valuesOf(grant),
    deniedBy: grant.outcome === 'denied' ? [...grant.by] : [],
  };
}

function outcomeOf(grant: EffectiveGrant, nowMs: number): ExplainedWorkspace['outcome'] {
  if (grant.outcome !== 'granted') return grant.outcome;
  const { validUntil } = grant.settings;
  return validUntil === null || validUntil * 1000 > nowMs ? 'granted' : 'expired';
}

function valuesOf(grant: EffectiveGrant): ExplainedValue[] {
  if (grant.outcome !== 'granted') return [];
  const values = flatten(grant.settings);
  return Object.entries(grant.reasons).map(([setting, { from, together, overrode }]) => ({
    setting,
    value: values.get(setting),
    from,
    together: [...together],
    overrode: [...overrode],
  }));
}
