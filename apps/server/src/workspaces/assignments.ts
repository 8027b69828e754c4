import {
  type Assignment,
  type AssignmentChange,
  fail,
  type newAssignmentSchema,
  type Principal,
} from '@carrel/contract';
import { createId, type WorkspaceId } from '@carrel/kit';
import { diffAssignment } from '@carrel/policy';
import type { z } from 'zod';
import type { Transaction } from '../database/index.ts';
import { assignmentOf, loadAssignments, principalNames } from './assignment-rows.ts';
import type { Authorship } from './authorship.ts';
import { lockAssignments, recordAssignmentChanges } from './history/assignment-history.ts';

export type NewAssignment = z.output<typeof newAssignmentSchema>;

/** An assignment as it was put, the revision of the workspace's assignments since, and what that changed. */
export interface PutAssignment {
  readonly assignment: Assignment & { readonly revision: number };
  readonly changes: readonly AssignmentChange[];
}

/**
 * Grants or denies; what the principal had for the workspace is replaced, under the same id. Where it is the same
 * already, nothing is written.
 *
 * @param basis the revision of the assignments it is based on; 0: whatever there is
 * @throws {NOT_FOUND} the workspace or the principal
 * @throws {ASSIGNMENTS_CHANGED}
 */
export async function putAssignment(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  input: NewAssignment,
  basis: number,
  authorship: Authorship,
  randomBytes: (count: number) => Uint8Array,
): Promise<PutAssignment> {
  const revision = await lockAssignments(transaction, workspaceId, basis);
  const { principal, effect, settings } = input;
  const principalName = (await principalNames(transaction, [principal])).get(principal.id);
  if (principalName === undefined) throw fail('NOT_FOUND', { kind: principal.kind, id: principal.id });
  const present = await findAssignment(transaction, workspaceId, principal);
  if (present && diffAssignment(present, { ...present, effect, settings }).length === 0) {
    return { assignment: { ...present, revision }, changes: [] };
  }
  const { author, nowMs } = authorship;
  const content = {
    effect,
    settingsJson: JSON.stringify(settings),
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
  const assignment = assignmentOf(row, principalName);
  const changes = diffAssignment(present, assignment);
  const next = await recordAssignmentChanges(transaction, workspaceId, revision, changes, authorship);
  return { assignment: { ...assignment, revision: next }, changes };
}

/**
 * @param basis as for {@link putAssignment}
 * @throws {NOT_FOUND} the workspace has no such assignment
 * @throws {ASSIGNMENTS_CHANGED}
 */
export async function deleteAssignment(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  assignmentId: string,
  basis: number,
  authorship: Authorship,
): Promise<Assignment> {
  const revision = await lockAssignments(transaction, workspaceId, basis);
  const row = await transaction
    .deleteFrom('assignments')
    .where('id', '=', assignmentId)
    .where('workspaceId', '=', workspaceId)
    .returningAll()
    .executeTakeFirst();
  const [assignment] = row ? await loadAssignments(transaction, [row]) : [];
  if (!assignment) throw fail('NOT_FOUND', { kind: 'assignment', id: assignmentId });
  const changes = diffAssignment(assignment, undefined);
  await recordAssignmentChanges(transaction, workspaceId, revision, changes, authorship);
  return assignment;
}

/** Takes every workspace back from a user or group that is about to be deleted. */
export async function deleteAssignmentsOf(
  transaction: Transaction,
  principal: Principal,
  authorship: Authorship,
): Promise<void> {
  const rows = await transaction
    .selectFrom('assignments')
    .select(['id', 'workspaceId'])
    .where('principalKind', '=', principal.kind)
    .where('principalId', '=', principal.id)
    .orderBy('workspaceId')
    .execute();
  for (const row of rows) {
    await deleteAssignment(transaction, row.workspaceId as WorkspaceId, row.id, 0, authorship);
  }
}

async function findAssignment(
  transaction: Transaction,
  workspaceId: string,
  principal: Principal,
): Promise<Assignment | undefined> {
  const row = await transaction
    .selectFrom('assignments')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('principalKind', '=', principal.kind)
    .where('principalId', '=', principal.id)
    .executeTakeFirst();
  return row && (await loadAssignments(transaction, [row]))[0];
}
