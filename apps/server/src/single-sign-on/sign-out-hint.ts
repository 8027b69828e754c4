import type { OidcIdentity } from '@carrel/directory';
import { z } from 'zod';
import type { Row } from '../database/index.ts';
import type { Services } from '../services.ts';
import type { ProviderClients } from './provider-clients.ts';
import { postSignOutUriOf } from './provider-routes.ts';
import { seal, unseal } from './sealed.ts';

const purpose = 'sign-out-hint';

/** What names the session at the provider, as the server keeps it. */
export function sealSignOutHint({ instance }: Pick<Services, 'instance'>, { idToken }: OidcIdentity): string {
  return seal(instance.masterKey, purpose, idToken);
}

/**
 * Where a browser goes to end the session at its provider as well; `undefined` where there is nothing to end. A
 * provider that does not answer keeps nobody from signing out here.
 */
export async function findSignOutUrl(
  { instance, log }: Pick<Services, 'instance' | 'log'>,
  clients: ProviderClients,
  { providerId, signOutHint }: Row<'sessions'>,
): Promise<string | undefined> {
  const idToken =
    signOutHint === null ? undefined : unseal(instance.masterKey, purpose, z.string(), signOutHint);
  if (providerId === null || idToken === undefined) return undefined;
  try {
    const { client, settings } = await clients.open(providerId);
    return await client.signOutUrl(idToken, postSignOutUriOf(settings));
  } catch (error) {
    log.warn({ err: error }, 'the sign-in provider was not told of a sign-out');
    return undefined;
  }
}
