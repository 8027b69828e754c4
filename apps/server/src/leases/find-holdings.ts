import type { WorkspaceId } from '@carrel/kit';
import { type EffectiveSettings, resolveGrants } from '@carrel/policy';
import type { Queries } from '../database/index.ts';
import { type AssignedWorkspace, loadAssignedWorkspaces } from './assigned-workspaces.ts';
import { type ReachingAssignment, reachingAssignments } from './reaching-assignments.ts';

/** What assignments say of one user and one workspace. */
export type Holding =
  | {
      readonly outcome: 'granted';
      readonly assigned: AssignedWorkspace;
      readonly settings: EffectiveSettings;
    }
  | { readonly outcome: 'denied' | 'expired' };

/** Workspaces that any assignment reaches somebody for, in the order of their names. */
export type Holdings = ReadonlyMap<WorkspaceId, Holding>;

/**
 * What each of these users holds now. Two statements, however many users, groups and workspaces there are.
 *
 * @returns by id of the user; a user whom no assignment reaches is missing
 */
export async function findHoldings(
  queries: Queries,
  userIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, Holdings>> {
  const reaching = await reachingAssignments(queries, userIds);
  const workspaceIds = new Set([...reaching.values()].flat().map((assignment) => assignment.workspaceId));
  const assigned = await loadAssignedWorkspaces(queries, [...workspaceIds]);
  return new Map([...reaching].map(([userId, own]) => [userId, holdingsOf(own, assigned, nowMs)]));
}

function holdingsOf(
  assignments: readonly ReachingAssignment[],
  assigned: readonly AssignedWorkspace[],
  nowMs: number,
): Holdings {
  const byWorkspace = Map.groupBy(assignments, (assignment) => assignment.workspaceId);
  return new Map(
    assigned.flatMap((item) => {
      const own = byWorkspace.get(item.workspace.id);
      return own ? [[item.workspace.id, holdingOf(own, item, nowMs)] as const] : [];
    }),
  );
}

function holdingOf(
  assignments: readonly ReachingAssignment[],
  assigned: AssignedWorkspace,
  nowMs: number,
): Holding {
  const { precedence } = assigned.workspace.policy.general;
  const grant = resolveGrants(assignments, { precedence, nowMs });
  if (grant.outcome !== 'granted') return { outcome: 'denied' };
  const { validUntil } = grant.settings;
  const isOver = validUntil !== null && validUntil * 1000 <= nowMs;
  return isOver ? { outcome: 'expired' } : { outcome: 'granted', assigned, settings: grant.settings };
}
