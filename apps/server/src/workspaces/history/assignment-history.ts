import { type AssignmentChange, fail } from '@carrel/contract';
import type { Transaction } from '../../database/index.ts';
import type { Authorship } from '../authorship.ts';
import { assignmentsChangedSince } from './changed-since.ts';

/**
 * Has everybody else wait who wants to change who has the workspace, until the transaction ends.
 *
 * @param basis the revision of the assignments that the change is based on; 0: whatever there is
 * @returns the present revision of the assignments
 * @throws {NOT_FOUND} the workspace
 * @throws {ASSIGNMENTS_CHANGED} it is another revision; says what was changed
 */
export async function lockAssignments(
  transaction: Transaction,
  workspaceId: string,
  basis: number,
): Promise<number> {
  const row = await transaction
    .updateTable('workspaces')
    .set((set) => ({ assignmentsRevision: set.ref('assignmentsRevision') }))
    .where('id', '=', workspaceId)
    .returning('assignmentsRevision')
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  const { assignmentsRevision } = row;
  if (basis !== 0 && basis !== assignmentsRevision) {
    throw await assignmentsChangedSince(transaction, workspaceId, basis, assignmentsRevision);
  }
  return assignmentsRevision;
}

/**
 * Records what a change of assignments changed as their next revision; nothing when it changed nothing.
 *
 * @param revision what {@link lockAssignments} gave
 * @returns the revision they have now
 */
export async function recordAssignmentChanges(
  transaction: Transaction,
  workspaceId: string,
  revision: number,
  changes: readonly AssignmentChange[],
  { author, nowMs }: Authorship,
): Promise<number> {
  if (changes.length === 0) return revision;
  const next = revision + 1;
  await transaction
    .updateTable('workspaces')
    .set({ assignmentsRevision: next })
    .where('id', '=', workspaceId)
    .execute();
  await transaction
    .insertInto('assignmentRevisions')
    .values({
      workspaceId,
      revision: next,
      changesJson: JSON.stringify(changes),
      updatedAt: nowMs,
      updatedBy: author,
    })
    .execute();
  return next;
}
