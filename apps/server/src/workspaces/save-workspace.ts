import {
  type FieldChange,
  fail,
  type RevisionOrigin,
  type Workspace,
  type WorkspaceInput,
} from '@carrel/contract';
import { createId } from '@carrel/kit';
import { diffWorkspaces } from '@carrel/policy';
import { requireMayUseImage } from '../access/index.ts';
import { isUniqueViolation, type Row, type Transaction } from '../database/index.ts';
import type { Authorship, Editorship } from './authorship.ts';
import { changedSince } from './history/changed-since.ts';
import { contentOf } from './history/revision-rows.ts';
import { findWorkspaceRow, workspaceNameKey, workspaceOf, workspaceSearchKey } from './workspace-rows.ts';

/** A workspace as it was saved, and what that changed. */
export interface SavedWorkspace {
  readonly workspace: Workspace;
  readonly changes: readonly FieldChange[];
}

const edited: RevisionOrigin = { kind: 'edited' };

/**
 * Stores a new workspace as its first revision.
 *
 * @throws {NAME_TAKEN}
 * @throws {NOT_FOUND} the image
 */
export async function insertWorkspace(
  transaction: Transaction,
  input: WorkspaceInput,
  authorship: Authorship,
  randomBytes: (count: number) => Uint8Array,
  origin: RevisionOrigin = edited,
): Promise<Workspace> {
  await requireImage(transaction, input.imageId);
  const id = createId<'workspace'>(authorship.nowMs, randomBytes(10));
  const row = await storing(input.name, () =>
    transaction
      .insertInto('workspaces')
      .values({ id, ...columnsOf(input, authorship), revision: 1 })
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
  await keepRevision(transaction, row, origin);
  return workspaceOf(row);
}

/**
 * Stores a change as the next revision. Every revision is kept.
 *
 * @param revision the one the change is based on
 * @throws {SCOPE_DENIED} another image, which somebody who edits some workspaces only may not see
 * @throws {WORKSPACE_CHANGED} somebody saved in between; says what they changed
 * @throws {NOT_FOUND}
 * @throws {NAME_TAKEN}
 */
export async function updateWorkspace(
  transaction: Transaction,
  workspaceId: string,
  revision: number,
  input: WorkspaceInput,
  authorship: Editorship,
  origin: RevisionOrigin = edited,
): Promise<SavedWorkspace> {
  await requireImage(transaction, input.imageId);
  const before = await findWorkspaceRow(transaction, workspaceId);
  if (before?.imageId !== input.imageId) {
    await requireMayUseImage(transaction, authorship.access, input.imageId);
  }
  const row = await storing(input.name, () =>
    transaction
      .updateTable('workspaces')
      .set({ ...columnsOf(input, authorship), revision: revision + 1 })
      .where('id', '=', workspaceId)
      .where('revision', '=', revision)
      .returningAll()
      .executeTakeFirst(),
  );
  if (!before || !row) throw await changedSince(transaction, workspaceId, revision);
  await keepRevision(transaction, row, origin);
  const [was, is] = [await contentOf(transaction, before), await contentOf(transaction, row)];
  return { workspace: workspaceOf(row), changes: diffWorkspaces(was, is) };
}

/** @throws {NOT_FOUND} */
export async function deleteWorkspace(transaction: Transaction, workspaceId: string): Promise<string> {
  const row = await transaction
    .deleteFrom('workspaces')
    .where('id', '=', workspaceId)
    .returning('name')
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  await transaction.deleteFrom('leases').where('workspaceId', '=', workspaceId).execute();
  return row.name;
}

function columnsOf(input: WorkspaceInput, { author, nowMs }: Authorship) {
  return {
    name: input.name,
    nameKey: workspaceNameKey(input.name),
    searchKey: workspaceSearchKey(input),
    description: input.description,
    imageId: input.imageId,
    channel: input.channel,
    policyJson: JSON.stringify(input.policy),
    updatedAt: nowMs,
    updatedBy: author,
  };
}

async function keepRevision(
  transaction: Transaction,
  row: Row<'workspaces'>,
  origin: RevisionOrigin,
): Promise<void> {
  const { name, description, imageId, channel, policy } = workspaceOf(row);
  await transaction
    .insertInto('workspaceRevisions')
    .values({
      workspaceId: row.id,
      revision: row.revision,
      contentJson: JSON.stringify({ name, description, imageId, channel, policy }),
      originJson: JSON.stringify(origin),
      updatedAt: row.updatedAt,
      updatedBy: row.updatedBy,
    })
    .execute();
}

async function requireImage(transaction: Transaction, imageId: string): Promise<void> {
  const image = await transaction
    .selectFrom('images')
    .select('id')
    .where('id', '=', imageId)
    .executeTakeFirst();
  if (!image) throw fail('NOT_FOUND', { kind: 'image', id: imageId });
}

async function storing<T>(name: string, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (isUniqueViolation(error)) throw fail('NAME_TAKEN', { kind: 'workspace', name }, error);
    throw error;
  }
}
