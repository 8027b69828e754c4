import type { Assignment, WorkspaceFile } from '@carrel/contract';
import type { Scope } from '../../access/index.ts';
import type { Queries, Row } from '../../database/index.ts';
import { loadAssignments } from '../assignment-rows.ts';
import { imageNames } from '../history/revision-rows.ts';
import { workspaceOf } from '../workspace-rows.ts';

/** Workspaces by name as a file says them. Those that do not exist, or are out of scope, are left out. */
export async function exportWorkspaces(
  queries: Queries,
  workspaceIds: readonly string[] | undefined,
  scope: Scope,
): Promise<WorkspaceFile[]> {
  const rows = await queries
    .selectFrom('workspaces')
    .selectAll()
    .$if(workspaceIds !== undefined, (select) => select.where('id', 'in', [...(workspaceIds ?? [])]))
    .$if(scope !== 'all', (select) => select.where('id', 'in', scope === 'all' ? [] : [...scope]))
    .orderBy('nameKey')
    .execute();
  const images = await imageNames(
    queries,
    rows.map((row) => row.imageId),
  );
  const assignments = await assignmentsOfAll(queries, rows);
  return rows.map((row): WorkspaceFile => {
    const { name, description, channel, policy, imageId } = workspaceOf(row);
    return {
      name,
      description,
      image: images.get(imageId) ?? imageId,
      channel,
      policy,
      assignments: (assignments.get(row.id) ?? [])
        .toSorted(
          (a, b) => order(a.principal.kind, b.principal.kind) || order(a.principalName, b.principalName),
        )
        .map(({ principal, principalName, effect, settings }) => ({
          [principal.kind]: principalName,
          effect,
          settings,
        })),
    };
  });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function assignmentsOfAll(
  queries: Queries,
  workspaces: readonly Row<'workspaces'>[],
): Promise<ReadonlyMap<string, Assignment[]>> {
  if (workspaces.length === 0) return new Map();
  const rows = await queries
    .selectFrom('assignments')
    .selectAll()
    .where(
      'workspaceId',
      'in',
      workspaces.map((workspace) => workspace.id),
    )
    .execute();
  return Map.groupBy(await loadAssignments(queries, rows), (assignment) => assignment.workspaceId);
}
