import {
  type Assignment,
  type AssignmentSettings,
  assignmentSchema,
  assignmentSettingsSchema,
  type Principal,
} from '@carrel/contract';
import type { AssignmentId, WorkspaceId } from '@carrel/kit';
import { inBatches } from '../database/batches.ts';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';

/** The assignments of these rows with the names of who they are for, in the same order. */
export async function loadAssignments(
  queries: Queries,
  rows: readonly Row<'assignments'>[],
): Promise<Assignment[]> {
  const names = await principalNames(
    queries,
    rows.map((row) => ({ kind: row.principalKind, id: row.principalId })),
  );
  // Thousands of grants often say the same: each text is parsed once.
  const parsed = new Map<string, AssignmentSettings>();
  return rows.map((row) => {
    const settings = parsed.get(row.settingsJson) ?? settingsOf(row);
    parsed.set(row.settingsJson, settings);
    return assignmentOf(row, names.get(row.principalId) ?? row.principalId, settings);
  });
}

/** All assignments of a workspace, in the order of their ids. */
export async function assignmentsOf(queries: Queries, workspaceId: string): Promise<Assignment[]> {
  const rows = await queries
    .selectFrom('assignments')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .orderBy('id')
    .execute();
  return loadAssignments(queries, rows);
}

export function assignmentOf(
  row: Row<'assignments'>,
  principalName: string,
  settings = settingsOf(row),
): Assignment {
  return {
    id: row.id as AssignmentId,
    workspaceId: row.workspaceId as WorkspaceId,
    principal: assignmentSchema.shape.principal.parse({ kind: row.principalKind, id: row.principalId }),
    principalName,
    effect: assignmentSchema.shape.effect.parse(row.effect),
    settings,
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
  };
}

function settingsOf(row: Row<'assignments'>): AssignmentSettings {
  return parseJson(assignmentSettingsSchema, row.settingsJson);
}

/** Names of users and groups by their ids; those that are gone are missing. */
export async function principalNames(
  queries: Queries,
  principals: readonly { readonly kind: string; readonly id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (kind: Principal['kind']): string[] =>
    principals.filter((principal) => principal.kind === kind).map((principal) => principal.id);
  const users = await inBatches(idsOf('user'), (ids) =>
    queries.selectFrom('users').select(['id', 'userName as name']).where('id', 'in', ids).execute(),
  );
  const groups = await inBatches(idsOf('group'), (ids) =>
    queries.selectFrom('groups').select(['id', 'name']).where('id', 'in', ids).execute(),
  );
  return new Map([...users, ...groups].map((row) => [row.id, row.name]));
}
