import {
  type Assignment,
  assignmentSchema,
  assignmentSettingsSchema,
  fail,
  type newAssignmentSchema,
  type Principal,
} from '@carrel/contract';
import { type AssignmentId, createId, type WorkspaceId } from '@carrel/kit';
import type { z } from 'zod';
import type { Queries, Row, Transaction } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';
import type { Authorship } from './save-workspace.ts';

type NewAssignment = z.output<typeof newAssignmentSchema>;
type AssignmentRow = Row<'assignments'>;

/**
 * Grants or denies; what the principal had for the workspace is replaced, under the same id.
 *
 * @throws {NOT_FOUND} the workspace or the principal
 */
export async function putAssignment(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  input: NewAssignment,
  { author, nowMs }: Authorship,
  randomBytes: (count: number) => Uint8Array,
): Promise<Assignment> {
  const workspace = await transaction
    .selectFrom('workspaces')
    .select('id')
    .where('id', '=', workspaceId)
    .executeTakeFirst();
  if (!workspace) throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  const { principal } = input;
  const principalName = (await namesOf(transaction, [principal])).get(principal.id);
  if (principalName === undefined) throw fail('NOT_FOUND', { kind: principal.kind, id: principal.id });
  const content = {
    effect: input.effect,
    settingsJson: JSON.stringify(input.settings),
    createdAt: nowMs,
    createdBy: author,
  };
  const row = await transaction
    .insertInto('assignments')
    .values({
      id: createId<'assignment'>(nowMs, randomBytes(10)),
      workspaceId,
      principalKind: principal.kind,
      principalId: principal.id,
      ...content,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspaceId', 'principalKind', 'principalId']).doUpdateSet(content),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return assignmentOf(row, principalName);
}

/** @throws {NOT_FOUND} the workspace has no such assignment */
export async function deleteAssignment(
  transaction: Transaction,
  workspaceId: string,
  assignmentId: string,
): Promise<AssignmentRow> {
  const row = await transaction
    .deleteFrom('assignments')
    .where('id', '=', assignmentId)
    .where('workspaceId', '=', workspaceId)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'assignment', id: assignmentId });
  return row;
}

/** The assignments of these rows with the names of who they are for, in the same order. */
export async function loadAssignments(
  queries: Queries,
  rows: readonly AssignmentRow[],
): Promise<Assignment[]> {
  const names = await namesOf(
    queries,
    rows.map((row) => ({ kind: row.principalKind, id: row.principalId })),
  );
  return rows.map((row) => assignmentOf(row, names.get(row.principalId) ?? row.principalId));
}

function assignmentOf(row: AssignmentRow, principalName: string): Assignment {
  return {
    id: row.id as AssignmentId,
    workspaceId: row.workspaceId as WorkspaceId,
    principal: assignmentSchema.shape.principal.parse({ kind: row.principalKind, id: row.principalId }),
    principalName,
    effect: assignmentSchema.shape.effect.parse(row.effect),
    settings: parseJson(assignmentSettingsSchema, row.settingsJson),
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
  };
}

/** Names of users and groups by their ids. */
async function namesOf(
  queries: Queries,
  principals: readonly { readonly kind: string; readonly id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (kind: Principal['kind']): string[] =>
    principals.filter((principal) => principal.kind === kind).map((principal) => principal.id);
  const [userIds, groupIds] = [idsOf('user'), idsOf('group')];
  const users =
    userIds.length === 0
      ? []
      : await queries.selectFrom('users').select(['id', 'userName']).where('id', 'in', userIds).execute();
  const groups =
    groupIds.length === 0
      ? []
      : await queries.selectFrom('groups').select(['id', 'name']).where('id', 'in', groupIds).execute();
  return new Map([
    ...users.map((row) => [row.id, row.userName] as const),
    ...groups.map((row) => [row.id, row.name] as const),
  ]);
}
