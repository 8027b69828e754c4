import { type ExplainedWorkspace, type Explanation, fail } from '@carrel/contract';
import type { GroupId, UserId, WorkspaceId } from '@carrel/kit';
import { explainGrants, type GroupPaths, groupPaths } from '@carrel/policy';
import type { Scope } from '../../access/index.ts';
import { inBatches } from '../../database/batches.ts';
import type { Queries, Row } from '../../database/index.ts';
import { allNestings } from '../../groups/groups-of-user.ts';
import { loadAssignments } from '../assignment-rows.ts';
import { workspaceOf } from '../workspace-rows.ts';

/** Whom and what is asked about. */
export interface ExplainQuestion {
  readonly userId: UserId;
  /** Default: every workspace that an assignment reaches the user for. */
  readonly workspaceId?: WorkspaceId | undefined;
  /** Workspaces the asker may see. */
  readonly scope: Scope;
  readonly nowMs: number;
}

/**
 * What a user may use and why.
 *
 * @throws {NOT_FOUND} the user, or the workspace asked about
 */
export async function explainPolicy(queries: Queries, question: ExplainQuestion): Promise<Explanation> {
  const { userId, workspaceId, scope, nowMs } = question;
  const user = await queries.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
  if (!user) throw fail('NOT_FOUND', { kind: 'user', id: userId });
  const { paths, names } = await pathsOf(queries, userId);
  const reaching = (await assignmentsReaching(queries, userId, [...paths.keys()])).filter(
    (row) => workspaceId === undefined || row.workspaceId === workspaceId,
  );
  const asked = workspaceId === undefined ? reaching.map((row) => row.workspaceId) : [workspaceId];
  const workspaces = (await workspacesBy(queries, asked)).filter(
    (row) => scope === 'all' || scope.has(row.id),
  );
  if (workspaceId !== undefined && workspaces.length === 0) {
    throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  }
  const assignments = Map.groupBy(
    await loadAssignments(queries, reaching),
    (assignment) => assignment.workspaceId,
  );
  return {
    user: {
      id: userId,
      userName: user.userName,
      displayName: user.displayName,
      isDisabled: user.isDisabled !== 0,
    },
    groups: [...paths].map(([id, path]) => ({ id, name: names.get(id) ?? id, path: [...path] })),
    workspaces: workspaces.map((row): ExplainedWorkspace => {
      const { id, name, policy, revision, updatedAt, updatedBy } = workspaceOf(row);
      const { precedence } = policy.general;
      const why = explainGrants(userId, paths, assignments.get(id) ?? [], { precedence, nowMs });
      return { workspaceId: id, name, ...why, policy, revision, updatedAt, updatedBy };
    }),
  };
}

/** The groups a user is in, the way to each, and what they are called. */
async function pathsOf(
  queries: Queries,
  userId: UserId,
): Promise<{ paths: GroupPaths; names: ReadonlyMap<string, string> }> {
  const direct = await queries
    .selectFrom('groupUsers')
    .select('groupId')
    .where('userId', '=', userId)
    .execute();
  const nestings = await allNestings(queries);
  const ids = new Set([
    ...direct.map((row) => row.groupId),
    ...nestings.flatMap(({ parent, child }) => [parent, child]),
  ]);
  const rows = await inBatches([...ids], (some) =>
    queries.selectFrom('groups').select(['id', 'name']).where('id', 'in', some).execute(),
  );
  const names = new Map<string, string>(rows.map((row) => [row.id, row.name]));
  const paths = groupPaths({
    direct: direct.map((row) => row.groupId as GroupId),
    nestings,
    nameOf: (groupId) => names.get(groupId) ?? groupId,
  });
  return { paths, names };
}

async function assignmentsReaching(
  queries: Queries,
  userId: UserId,
  groupIds: readonly GroupId[],
): Promise<Row<'assignments'>[]> {
  const select = queries.selectFrom('assignments').selectAll();
  const own = await select.where('principalKind', '=', 'user').where('principalId', '=', userId).execute();
  const ofGroups = await inBatches(groupIds, (some) =>
    select.where('principalKind', '=', 'group').where('principalId', 'in', some).execute(),
  );
  return [...own, ...ofGroups];
}

async function workspacesBy(queries: Queries, workspaceIds: readonly string[]): Promise<Row<'workspaces'>[]> {
  const rows = await inBatches([...new Set(workspaceIds)], (some) =>
    queries.selectFrom('workspaces').selectAll().where('id', 'in', some).execute(),
  );
  return rows.toSorted((a, b) => (a.nameKey < b.nameKey ? -1 : 1));
}
