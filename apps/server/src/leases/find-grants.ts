import type { Assignment, Workspace } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { type EffectiveSettings, resolveGrants } from '@carrel/policy';
import type { Queries } from '../database/index.ts';
import { groupsOfUser } from '../groups/index.ts';
import { loadAssignments, workspaceOf } from '../workspaces/index.ts';

/** A workspace a user may use now, and within which limits. */
export interface GrantedWorkspace {
  readonly workspace: Workspace;
  readonly settings: EffectiveSettings;
}

/** Every workspace granted to a user, by their own assignments and those of all their groups, that has not expired. */
export async function findGrants(
  queries: Queries,
  userId: string,
  nowMs: number,
): Promise<GrantedWorkspace[]> {
  const byWorkspace = Map.groupBy(
    await assignmentsFor(queries, userId),
    (assignment) => assignment.workspaceId,
  );
  const settingsOf = new Map<WorkspaceId, EffectiveSettings>();
  for (const [workspaceId, assignments] of byWorkspace) {
    const grant = resolveGrants(assignments);
    if (grant.outcome !== 'granted') continue;
    const { validUntil } = grant.settings;
    if (validUntil === null || validUntil * 1000 > nowMs) settingsOf.set(workspaceId, grant.settings);
  }
  if (settingsOf.size === 0) return [];
  const rows = await queries
    .selectFrom('workspaces')
    .selectAll()
    .where('id', 'in', [...settingsOf.keys()])
    .orderBy('nameKey')
    .execute();
  return rows.map(workspaceOf).flatMap((workspace) => {
    const settings = settingsOf.get(workspace.id);
    return settings ? [{ workspace, settings }] : [];
  });
}

async function assignmentsFor(queries: Queries, userId: string): Promise<Assignment[]> {
  const groupIds = await groupsOfUser(queries, userId);
  const rows = await queries
    .selectFrom('assignments')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where('principalKind', '=', 'user'), where('principalId', '=', userId)]),
        ...(groupIds.length === 0
          ? []
          : [where.and([where('principalKind', '=', 'group'), where('principalId', 'in', groupIds)])]),
      ]),
    )
    .execute();
  return loadAssignments(queries, rows);
}
