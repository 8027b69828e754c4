import {
  type Assignment,
  type AssignmentChange,
  fail,
  type ImportBasis,
  type ImportResult,
  type WorkspaceInput,
} from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import {
  diffAssignments,
  diffWorkspaces,
  type WorkspaceChange,
  type WorkspaceSituation,
} from '@carrel/policy';
import { inBatches } from '../../database/batches.ts';
import type { Row, Transaction } from '../../database/index.ts';
import { assignmentsOf } from '../assignment-rows.ts';
import type { Editorship } from '../authorship.ts';
import { situationOf } from '../effect/load-situation.ts';
import { lockAssignments, recordAssignmentChanges } from '../history/assignment-history.ts';
import { changedSince } from '../history/changed-since.ts';
import { insertWorkspace, updateWorkspace } from '../save-workspace.ts';
import { workspaceNameKey } from '../workspace-rows.ts';
import { insertAssignments } from './insert-assignments.ts';
import type { ResolvedFile } from './resolve-names.ts';

/** What one import may do, and what it needs. */
export interface ImportRules {
  readonly randomBytes: (count: number) => Uint8Array;
  /** Throws unless the caller may do this to the workspace; `undefined`: one that does not exist yet. */
  readonly require: (
    permission: 'workspaces.edit' | 'workspaces.assign',
    workspaceId: string | undefined,
  ) => void;
  /** The workspaces it makes are gone when it ends: their ids mean nothing. */
  readonly isDryRun: boolean;
}

export interface ImportedWorkspace {
  readonly result: Omit<ImportResult['workspaces'][number], 'hasImage' | 'missingSecrets'>;
  readonly change: WorkspaceChange;
}

const origin = { kind: 'imported' as const };

/** Makes one workspace equal to its part of a document. */
export async function importWorkspace(
  transaction: Transaction,
  resolved: ResolvedFile,
  basis: ImportBasis | undefined,
  authorship: Editorship,
  rules: ImportRules,
): Promise<ImportedWorkspace> {
  const row = await findByName(transaction, resolved.file.name);
  rules.require('workspaces.edit', row?.id);
  const before = row && (await situationOf(transaction, row));
  await requireBasis(transaction, row, basis);
  const content = contentOf(resolved);
  const changes = before ? diffWorkspaces(before.content, content) : [];
  const assignments = diffAssignments(
    before?.assignments ?? [],
    resolved.assignments ?? before?.assignments ?? [],
  );
  if (assignments.length > 0) rules.require('workspaces.assign', row?.id);
  const workspaceId = await save(transaction, row, resolved, changes.length > 0, authorship, rules);
  await saveAssignments(transaction, workspaceId, before, resolved, assignments, authorship, rules);
  const isUnchanged = row !== undefined && changes.length === 0 && assignments.length === 0;
  const after =
    isUnchanged && before ? before : { content, assignments: await assignmentsOf(transaction, workspaceId) };
  const shownId = row === undefined && rules.isDryRun ? null : workspaceId;
  return {
    result: {
      workspaceId: shownId,
      name: resolved.file.name,
      action: row === undefined ? 'created' : isUnchanged ? 'unchanged' : 'changed',
      basis: {
        name: resolved.file.name,
        revision: row?.revision ?? 0,
        assignmentsRevision: row?.assignmentsRevision ?? 0,
      },
      changes,
      assignments,
    },
    change: { workspaceId: shownId, before, after },
  };
}

function findByName(transaction: Transaction, name: string): Promise<Row<'workspaces'> | undefined> {
  return transaction
    .selectFrom('workspaces')
    .selectAll()
    .where('nameKey', '=', workspaceNameKey(name))
    .executeTakeFirst();
}

function contentOf({ file, image }: ResolvedFile): WorkspaceSituation['content'] {
  const { name, description, channel, policy } = file;
  return { name, description, image, channel, policy };
}

async function requireBasis(
  transaction: Transaction,
  row: Row<'workspaces'> | undefined,
  basis: ImportBasis | undefined,
): Promise<void> {
  if (!basis) return;
  if (!row) {
    if (basis.revision === 0) return;
    throw fail('NOT_FOUND', { kind: 'workspace', id: basis.name });
  }
  if (basis.revision === 0) throw fail('NAME_TAKEN', { kind: 'workspace', name: row.name });
  if (row.revision !== basis.revision) throw await changedSince(transaction, row.id, basis.revision);
  await lockAssignments(transaction, row.id, basis.assignmentsRevision);
}

async function save(
  transaction: Transaction,
  row: Row<'workspaces'> | undefined,
  { file, imageId }: ResolvedFile,
  isChanged: boolean,
  authorship: Editorship,
  { randomBytes }: ImportRules,
): Promise<WorkspaceId> {
  const { name, description, channel, policy } = file;
  const input: WorkspaceInput = { name, description, imageId, channel, policy };
  if (!row) return (await insertWorkspace(transaction, input, authorship, randomBytes, origin)).id;
  if (isChanged) await updateWorkspace(transaction, row.id, row.revision, input, authorship, origin);
  return row.id as WorkspaceId;
}

async function saveAssignments(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  before: WorkspaceSituation | undefined,
  resolved: ResolvedFile,
  changes: readonly AssignmentChange[],
  authorship: Editorship,
  { randomBytes }: ImportRules,
): Promise<void> {
  if (changes.length === 0) return;
  const revision = await lockAssignments(transaction, workspaceId, 0);
  const changed = new Map(changes.map((change) => [change.principal.id as string, change.change]));
  const put = (resolved.assignments ?? []).filter(({ principal }) => changed.has(principal.id));
  await insertAssignments(transaction, workspaceId, put, authorship, randomBytes);
  const isRemoved = ({ principal }: Assignment): boolean => changed.get(principal.id) === 'removed';
  const removed = (before?.assignments ?? []).filter(isRemoved).map(({ id }) => id as string);
  await inBatches(removed, (ids) => transaction.deleteFrom('assignments').where('id', 'in', ids).execute());
  await recordAssignmentChanges(transaction, workspaceId, revision, changes, authorship);
}
