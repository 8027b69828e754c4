import { assignmentSettingsSchema, principalSchema } from '@carrel/contract';
import type { AssignmentId, WorkspaceId } from '@carrel/kit';
import type { resolveGrants } from '@carrel/policy';
import { inBatches } from '../database/batches.ts';
import type { Queries, Row } from '../database/index.ts';
import { parseJson } from '../database/values.ts';

/** An assignment as far as a lease depends on it. */
export type ReachingAssignment = Parameters<typeof resolveGrants>[0][number] & {
  readonly workspaceId: WorkspaceId;
};

/**
 * Every assignment that reaches users: their own, and those of all groups they are in, nested ones included. One
 * statement, whatever the number of users and groups.
 *
 * @returns by id of the user; a user whom nothing reaches is missing
 */
export async function reachingAssignments(
  queries: Queries,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, ReachingAssignment[]>> {
  const rows = await inBatches(userIds, (ids) => selectReaching(queries, ids));
  const byUser = Map.groupBy(rows, (row) => row.holderId);
  return new Map([...byUser].map(([userId, own]) => [userId, own.map(assignmentOf)]));
}

function selectReaching(queries: Queries, userIds: readonly string[]) {
  return (
    queries
      // Groups may hold each other in a circle: UNION forgets what it has seen.
      .withRecursive('membership(userId, groupId)', (db) =>
        db
          .selectFrom('groupUsers')
          .select(['groupUsers.userId', 'groupUsers.groupId'])
          .where('groupUsers.userId', 'in', userIds)
          .union(
            db
              .selectFrom('membership')
              .innerJoin('groupGroups', 'groupGroups.childId', 'membership.groupId')
              .select(['membership.userId', 'groupGroups.parentId as groupId']),
          ),
      )
      .selectFrom('membership')
      .innerJoin('assignments', 'assignments.principalId', 'membership.groupId')
      .where('assignments.principalKind', '=', 'group')
      .selectAll('assignments')
      .select('membership.userId as holderId')
      .unionAll(
        queries
          .selectFrom('assignments')
          .where('principalKind', '=', 'user')
          .where('principalId', 'in', userIds)
          .selectAll('assignments')
          .select('principalId as holderId'),
      )
      .execute()
  );
}

function assignmentOf(row: Row<'assignments'>): ReachingAssignment {
  return {
    id: row.id as AssignmentId,
    workspaceId: row.workspaceId as WorkspaceId,
    principal: principalSchema.parse({ kind: row.principalKind, id: row.principalId }),
    effect: row.effect === 'allow' ? 'allow' : 'deny',
    settings: parseJson(assignmentSettingsSchema, row.settingsJson),
  };
}
