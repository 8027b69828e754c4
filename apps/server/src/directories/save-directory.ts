import { type DirectoryContent, fail } from '@carrel/contract';
import { createId, type Id } from '@carrel/kit';
import { requireAdministratorLeft } from '../access/index.ts';
import { isUniqueViolation, type Row, type Transaction } from '../database/index.ts';
import type { MasterKey } from '../instance/index.ts';
import { contentOf, passwordPurpose, requireDirectoryRow } from './directory-rows.ts';

export interface DirectoryAuthor {
  readonly userName: string;
  readonly nowMs: number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly masterKey: MasterKey;
}

/** @throws {NAME_TAKEN} */
export async function insertDirectory(
  transaction: Transaction,
  content: DirectoryContent,
  bindPassword: string,
  author: DirectoryAuthor,
): Promise<Row<'directories'>> {
  const id: Id<'directory'> = createId(author.nowMs, author.randomBytes(10));
  return refuseTakenName(content.name, () =>
    transaction
      .insertInto('directories')
      .values({
        id,
        ...columnsOf(content, author),
        wrappedPassword: author.masterKey.wrap(passwordPurpose(id), Buffer.from(bindPassword)),
        revision: 1,
      })
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
}

/**
 * Replaces what is set. The password that is kept goes only to whom it was given for: with another server, authority
 * or account it must be given anew, or whoever may change a directory could have it sent to themselves.
 *
 * @throws {NOT_FOUND}
 * @throws {NAME_TAKEN}
 * @throws {DIRECTORY_CHANGED}
 * @throws {REQUEST_INVALID} the password is missing
 */
export async function updateDirectory(
  transaction: Transaction,
  change: {
    readonly directoryId: string;
    readonly revision: number;
    readonly content: DirectoryContent;
    readonly bindPassword: string | undefined;
  },
  author: DirectoryAuthor,
): Promise<Row<'directories'>> {
  const { directoryId, revision, content, bindPassword } = change;
  const row = await requireDirectoryRow(transaction, directoryId);
  if (bindPassword === undefined && isForOthers(contentOf(row), content)) {
    const reason =
      'bindPassword: it has to be given again when servers, their authority or the account change';
    throw fail('REQUEST_INVALID', { reason });
  }
  const updated = await refuseTakenName(content.name, () =>
    transaction
      .updateTable('directories')
      .set({
        ...columnsOf(content, author),
        ...(bindPassword === undefined
          ? {}
          : {
              wrappedPassword: author.masterKey.wrap(passwordPurpose(directoryId), Buffer.from(bindPassword)),
            }),
        revision: revision + 1,
      })
      .where('id', '=', directoryId)
      .where('revision', '=', revision)
      .returningAll()
      .executeTakeFirst(),
  );
  if (updated) return updated;
  const current = await requireDirectoryRow(transaction, directoryId);
  throw fail('DIRECTORY_CHANGED', { author: current.updatedBy, currentVersion: current.revision });
}

/**
 * Removes a directory with its users and groups and whatever was granted to them.
 *
 * @returns the name it had
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} nobody would be left to administer the instance
 */
export async function deleteDirectory(transaction: Transaction, directoryId: string): Promise<string> {
  const row = await requireDirectoryRow(transaction, directoryId);
  for (const [kind, table] of [
    ['user', 'users'],
    ['group', 'groups'],
  ] as const) {
    const ids = transaction.selectFrom(table).select('id').where('directoryId', '=', directoryId);
    for (const granted of ['assignments', 'roleGrants'] as const) {
      await transaction
        .deleteFrom(granted)
        .where('principalKind', '=', kind)
        .where('principalId', 'in', ids)
        .execute();
    }
    if (kind === 'user') await transaction.deleteFrom('leases').where('userId', 'in', ids).execute();
    await transaction.deleteFrom(table).where('directoryId', '=', directoryId).execute();
  }
  await transaction.deleteFrom('directoryFailures').where('directoryId', '=', directoryId).execute();
  await transaction.deleteFrom('directories').where('id', '=', directoryId).execute();
  await requireAdministratorLeft(transaction);
  return row.name;
}

function columnsOf(content: DirectoryContent, { userName, nowMs }: DirectoryAuthor) {
  return {
    name: content.name,
    nameKey: content.name.normalize('NFKC').toLowerCase(),
    contentJson: JSON.stringify(content),
    isEnabled: content.isEnabled ? 1 : 0,
    updatedAt: nowMs,
    updatedBy: userName,
  };
}

function isForOthers(present: DirectoryContent, wanted: DirectoryContent): boolean {
  const seers = ({ servers, certificateAuthority, bindDn }: DirectoryContent): string =>
    JSON.stringify([servers, certificateAuthority, bindDn]);
  return seers(present) !== seers(wanted);
}

async function refuseTakenName<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw fail('NAME_TAKEN', { kind: 'directory', name }, error);
    throw error;
  }
}
