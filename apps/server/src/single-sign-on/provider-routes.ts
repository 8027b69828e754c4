import { routes, type SignInProviderSettings, signInPaths } from '@carrel/contract';
import { createId } from '@carrel/kit';
import type { Queries } from '../database/index.ts';
import type { Router } from '../http/index.ts';
import { deleteSecret, putSecret } from '../secrets/index.ts';
import type { Services } from '../services.ts';
import type { ProviderClients } from './provider-clients.ts';
import {
  listProviderRows,
  type ProviderRow,
  providerOf,
  requireProviderRow,
  secretNameOf,
  settingsOf,
} from './provider-rows.ts';

/** Providers as administrators configure them. */
export function registerProviderRoutes(router: Router, services: Services, clients: ProviderClients): void {
  const { database, clock, instance, randomBytes } = services;
  const { queries } = database;
  const keepSecret = (target: Queries, id: string, value: string, updatedBy: string) =>
    putSecret(target, instance.masterKey, { name: secretNameOf(id), value, updatedBy }, clock.nowMs());

  router.handle(routes.listSignInProviders, async () => {
    const rows = await listProviderRows(queries);
    return { items: await Array.fromAsync(rows, (row) => providerOf(queries, row)) };
  });

  router.handle(routes.createSignInProvider, async ({ body, caller, change }) => {
    const { clientSecret, ...settings } = body;
    const nowMs = clock.nowMs();
    const id = createId<'sign-in-provider'>(nowMs, randomBytes(10));
    const row: ProviderRow = {
      id,
      settingsJson: JSON.stringify(settings),
      createdAt: nowMs,
      updatedAt: nowMs,
    };
    await change(
      async (transaction) => {
        await transaction.insertInto('signInProviders').values(row).execute();
        if (clientSecret !== undefined) {
          await keepSecret(transaction, id, clientSecret, caller.user.userName);
        }
      },
      () => ({ target: settings.displayName, details: { id, ...detailsOf(settings) } }),
    );
    return providerOf(queries, row);
  });

  router.handle(routes.changeSignInProvider, async ({ params, body, caller, change }) => {
    const { clientSecret, ...settings } = body;
    const before = await requireProviderRow(queries, params.providerId);
    const { hasClientSecret } = await providerOf(queries, before);
    // Two changes in one millisecond are two changes all the same.
    const updatedAt = Math.max(clock.nowMs(), before.updatedAt + 1);
    const row: ProviderRow = { ...before, settingsJson: JSON.stringify(settings), updatedAt };
    await change(
      async (transaction) => {
        await transaction.updateTable('signInProviders').set(row).where('id', '=', row.id).execute();
        if (clientSecret === null && hasClientSecret) await deleteSecret(transaction, secretNameOf(row.id));
        if (typeof clientSecret === 'string') {
          await keepSecret(transaction, row.id, clientSecret, caller.user.userName);
        }
        if (!settings.isEnabled || settings.issuer !== settingsOf(before).issuer) {
          await endSessionsBy(transaction, row.id);
        }
      },
      () => ({
        target: settings.displayName,
        details: { id: row.id, ...detailsOf(settings), isSecretChanged: clientSecret !== undefined },
      }),
    );
    return providerOf(queries, row);
  });

  router.handle(routes.deleteSignInProvider, async ({ params, change }) => {
    const row = await requireProviderRow(queries, params.providerId);
    const { hasClientSecret } = await providerOf(queries, row);
    await change(
      async (transaction) => {
        await endSessionsBy(transaction, row.id);
        if (hasClientSecret) await deleteSecret(transaction, secretNameOf(row.id));
        await transaction.deleteFrom('signInProviders').where('id', '=', row.id).execute();
      },
      () => ({ target: settingsOf(row).displayName, details: { id: row.id } }),
    );
    return undefined;
  });

  router.handle(routes.testSignInProvider, async ({ params }) => {
    const { settings, client } = await clients.open(params.providerId, true);
    return {
      ...(await client.check()),
      redirectUri: redirectUriOf(settings),
      postSignOutRedirectUri: postSignOutUriOf(settings),
    };
  });
}

/** Where the provider sends browsers back to; it must have this very address. */
export function redirectUriOf({ consoleOrigin }: SignInProviderSettings): string {
  return consoleOrigin + signInPaths.callback;
}

export function postSignOutUriOf({ consoleOrigin }: SignInProviderSettings): string {
  return `${consoleOrigin}/`;
}

async function endSessionsBy(queries: Queries, providerId: string): Promise<void> {
  await queries.deleteFrom('sessions').where('providerId', '=', providerId).execute();
}

/** What decides who gets in, for the audit log. */
function detailsOf({ issuer, clientId, isEnabled, required, userNameClaim, groups }: SignInProviderSettings) {
  return { issuer, clientId, isEnabled, required, userNameClaim, groupsClaim: groups.claim };
}
