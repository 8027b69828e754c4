import {
  type DirectoryConnection,
  type DirectoryContent,
  directoryContentSchema,
  directorySchema,
  fail,
} from '@carrel/contract';
import type { LdapSettings } from '@carrel/directory';
import type { z } from 'zod';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, isoTimeOrNull, parseJson } from '../database/values.ts';
import type { MasterKey } from '../instance/index.ts';

const failureSchema = directorySchema.shape.lastFailure.unwrap();
export type DirectoryFailure = z.infer<typeof failureSchema>;

/** What a bind account's password is sealed for: the directory's id is in it, so that rows cannot be swapped. */
export function passwordPurpose(directoryId: string): string {
  return `directory-bind:${directoryId}`;
}

export function contentOf(row: Row<'directories'>): DirectoryContent {
  return parseJson(directoryContentSchema, row.contentJson);
}

/** What it takes to speak to the directory: goes to its servers and nowhere else. */
export function settingsOf(row: Row<'directories'>, masterKey: MasterKey): LdapSettings {
  const bindPassword = masterKey.unwrap(passwordPurpose(row.id), row.wrappedPassword).toString('utf8');
  return { ...contentOf(row), bindPassword };
}

export async function findDirectoryRow(
  queries: Queries,
  directoryId: string,
): Promise<Row<'directories'> | undefined> {
  return queries.selectFrom('directories').selectAll().where('id', '=', directoryId).executeTakeFirst();
}

/** @throws {NOT_FOUND} */
export async function requireDirectoryRow(
  queries: Queries,
  directoryId: string,
): Promise<Row<'directories'>> {
  const row = await findDirectoryRow(queries, directoryId);
  if (!row) throw fail('NOT_FOUND', { kind: 'directory', id: directoryId });
  return row;
}

/** The directory as it is shown: without its password. */
export async function loadDirectory(queries: Queries, row: Row<'directories'>): Promise<DirectoryConnection> {
  return {
    id: row.id as DirectoryConnection['id'],
    ...contentOf(row),
    revision: row.revision,
    updatedAt: isoTime(row.updatedAt),
    updatedBy: row.updatedBy,
    lastContactAt: isoTimeOrNull(row.lastContactAt),
    lastFailure: row.lastFailureJson === null ? null : parseJson(failureSchema, row.lastFailureJson),
    userCount: await countOf(queries, 'users', row.id),
    groupCount: await countOf(queries, 'groups', row.id),
  };
}

async function countOf(queries: Queries, table: 'users' | 'groups', directoryId: string): Promise<number> {
  const { count } = await queries
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('directoryId', '=', directoryId)
    .executeTakeFirstOrThrow();
  return Number(count);
}
