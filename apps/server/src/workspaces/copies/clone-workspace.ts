import { fail, type Workspace } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { diffAssignments } from '@carrel/policy';
import type { Transaction } from '../../database/index.ts';
import { assignmentsOf } from '../assignment-rows.ts';
import type { Authorship } from '../authorship.ts';
import { lockAssignments, recordAssignmentChanges } from '../history/assignment-history.ts';
import { insertWorkspace } from '../save-workspace.ts';
import { findWorkspaceRow, workspaceOf } from '../workspace-rows.ts';
import { findFreeName } from './free-name.ts';
import { insertAssignments } from './insert-assignments.ts';

export interface CloneOptions {
  /** Default: the next free of "NAME - 2", "NAME - 3" … */
  readonly name?: string | undefined;
  readonly withAssignments: boolean;
}

/**
 * Makes a copy of a workspace as it is now; its history begins anew.
 *
 * @throws {NOT_FOUND}
 * @throws {NAME_TAKEN} the name that was asked for
 */
export async function cloneWorkspace(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  options: CloneOptions,
  authorship: Authorship,
  randomBytes: (count: number) => Uint8Array,
): Promise<Workspace> {
  // Two copies made at once must not choose one name.
  await lockAssignments(transaction, workspaceId, 0);
  const row = await findWorkspaceRow(transaction, workspaceId);
  if (!row) throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  const { name: original, description, imageId, channel, policy } = workspaceOf(row);
  const name = options.name ?? (await findFreeName(transaction, original));
  const input = { name, description, imageId, channel, policy };
  const copy = await insertWorkspace(transaction, input, authorship, randomBytes, {
    kind: 'cloned',
    name: original,
  });
  if (!options.withAssignments) return copy;
  const assignments = await assignmentsOf(transaction, workspaceId);
  await insertAssignments(transaction, copy.id, assignments, authorship, randomBytes);
  await recordAssignmentChanges(transaction, copy.id, 1, diffAssignments([], assignments), authorship);
  return copy;
}
