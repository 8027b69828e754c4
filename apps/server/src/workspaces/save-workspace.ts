import { fail, type Workspace, type WorkspaceInput } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { isUniqueViolation, type Row, type Transaction } from '../database/index.ts';
import { findWorkspaceRow, workspaceNameKey, workspaceOf } from './workspace-rows.ts';

/** Who saves, and when. */
export interface Authorship {
  readonly author: string;
  readonly nowMs: number;
}

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
  await keepRevision(transaction, row);
  return workspaceOf(row);
}

/**
 * Stores a change as the next revision. Every revision is kept.
 *
 * @param revision the one the change is based on
 * @throws {WORKSPACE_CHANGED} somebody saved in between
 * @throws {NOT_FOUND}
 * @throws {NAME_TAKEN}
 */
export async function updateWorkspace(
  transaction: Transaction,
  workspaceId: string,
  revision: number,
  input: WorkspaceInput,
  authorship: Authorship,
): Promise<Workspace> {
  await requireImage(transaction, input.imageId);
  const row = await storing(input.name, () =>
    transaction
      .updateTable('workspaces')
      .set({ ...columnsOf(input, authorship), revision: revision + 1 })
      .where('id', '=', workspaceId)
      .where('revision', '=', revision)
      .returningAll()
      .executeTakeFirst(),
  );
  if (!row) throw await staleOrGone(transaction, workspaceId);
  await keepRevision(transaction, row);
  return workspaceOf(row);
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
    description: input.description,
    imageId: input.imageId,
    channel: input.channel,
    policyJson: JSON.stringify(input.policy),
    updatedAt: nowMs,
    updatedBy: author,
  };
}

async function keepRevision(transaction: Transaction, row: Row<'workspaces'>): Promise<void> {
  const { name, description, imageId, channel, policy } = workspaceOf(row);
  await transaction
    .insertInto('workspaceRevisions')
    .values({
      workspaceId: row.id,
      revision: row.revision,
      contentJson: JSON.stringify({ name, description, imageId, channel, policy }),
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

async function staleOrGone(transaction: Transaction, workspaceId: string): Promise<Error> {
  const current = await findWorkspaceRow(transaction, workspaceId);
  if (!current) return fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
  return fail('WORKSPACE_CHANGED', { author: current.updatedBy, currentVersion: current.revision });
}
