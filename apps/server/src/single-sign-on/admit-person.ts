import { fail } from '@carrel/contract';
import type { OidcIdentity } from '@carrel/directory';
import type { Row, Transaction } from '../database/index.ts';
import type { Services } from '../services.ts';
import { provisionUser } from '../users/index.ts';
import type { OpenProvider } from './provider-clients.ts';

/**
 * The user of somebody the provider vouches for, made or brought up to date.
 *
 * @throws {SSO_NOT_ALLOWED} an administrator here disabled them
 */
export async function admitPerson(
  transaction: Transaction,
  { clock, database, randomBytes }: Pick<Services, 'clock' | 'database' | 'randomBytes'>,
  provider: OpenProvider,
  identity: OidcIdentity,
): Promise<Row<'users'>> {
  // One after the other: two people who are the first of a group would make it twice.
  await transaction
    .selectFrom('signInProviders')
    .select('id')
    .where('id', '=', provider.id)
    .$if(database.capabilities.supportsRowLocks, (select) => select.forUpdate())
    .execute();
  const { subject, userName, displayName, groups } = identity;
  const person = {
    source: 'oidc' as const,
    directoryId: provider.id,
    externalId: subject,
    userName,
    displayName,
    groups,
    isDisabled: false,
  };
  const row = await provisionUser(transaction, person, { nowMs: clock.nowMs(), randomBytes });
  if (row.isDisabled === 1) throw fail('SSO_NOT_ALLOWED', { provider: provider.settings.displayName });
  return row;
}
