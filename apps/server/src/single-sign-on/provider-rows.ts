import { fail, type SignInProvider, signInProviderSettingsSchema } from '@carrel/contract';
import type { OidcSettings } from '@carrel/directory';
import type { Id } from '@carrel/kit';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';
import type { MasterKey } from '../instance/index.ts';
import { readSecret } from '../secrets/index.ts';

export type ProviderRow = Row<'signInProviders'>;

/** The name under which the server keeps the client secret of a provider. */
export function secretNameOf(providerId: string): string {
  return `sign-in-provider.${providerId}`;
}

export function settingsOf(row: ProviderRow) {
  return parseJson(signInProviderSettingsSchema, row.settingsJson);
}

export async function listProviderRows(queries: Queries): Promise<ProviderRow[]> {
  return queries.selectFrom('signInProviders').selectAll().orderBy('id').execute();
}

/** @throws {NOT_FOUND} */
export async function requireProviderRow(queries: Queries, providerId: string): Promise<ProviderRow> {
  const row = await queries
    .selectFrom('signInProviders')
    .selectAll()
    .where('id', '=', providerId)
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'sign-in provider', id: providerId });
  return row;
}

export async function providerOf(queries: Queries, row: ProviderRow): Promise<SignInProvider> {
  return {
    id: row.id as Id<'sign-in-provider'>,
    ...settingsOf(row),
    hasClientSecret: await hasSecret(queries, row.id),
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}

/** The provider with its secret, for talking to it. */
export async function readOidcSettings(
  queries: Queries,
  masterKey: MasterKey,
  row: ProviderRow,
): Promise<OidcSettings> {
  const clientSecret = (await hasSecret(queries, row.id))
    ? await readSecret(queries, masterKey, secretNameOf(row.id))
    : null;
  return { ...settingsOf(row), clientSecret };
}

async function hasSecret(queries: Queries, providerId: string): Promise<boolean> {
  const row = await queries
    .selectFrom('secrets')
    .select('name')
    .where('name', '=', secretNameOf(providerId))
    .executeTakeFirst();
  return row !== undefined;
}
