import { fail, type SignInProviderSettings } from '@carrel/contract';
import { createOidcClient, type OidcClient } from '@carrel/directory';
import type { Services } from '../services.ts';
import { type ProviderRow, readOidcSettings, requireProviderRow, settingsOf } from './provider-rows.ts';

/** A provider that can be talked to. */
export interface OpenProvider {
  readonly id: string;
  readonly settings: SignInProviderSettings;
  readonly client: OidcClient;
}

/** Clients of the configured providers; disposing them closes their connections. */
export interface ProviderClients extends AsyncDisposable {
  /** @throws {NOT_FOUND} there is no such provider, or it is disabled and not asked for all the same */
  open(providerId: string, isDisabledToo?: boolean): Promise<OpenProvider>;
}

/** A client is kept until its provider is configured anew. */
export function createProviderClients({
  database,
  instance,
  clock,
}: Pick<Services, 'database' | 'instance' | 'clock'>): ProviderClients {
  const kept = new Map<string, { readonly updatedAt: number; readonly client: OidcClient }>();
  const clientOf = async (row: ProviderRow): Promise<OidcClient> => {
    const known = kept.get(row.id);
    if (known?.updatedAt === row.updatedAt) return known.client;
    const settings = await readOidcSettings(database.queries, instance.masterKey, row);
    const client = createOidcClient(settings, clock);
    const replaced = kept.get(row.id);
    kept.set(row.id, { updatedAt: row.updatedAt, client });
    await replaced?.client[Symbol.asyncDispose]();
    return client;
  };
  return {
    open: async (providerId, isDisabledToo = false) => {
      const row = await requireProviderRow(database.queries, providerId);
      const settings = settingsOf(row);
      if (!settings.isEnabled && !isDisabledToo) {
        throw fail('NOT_FOUND', { kind: 'sign-in provider', id: providerId });
      }
      return { id: row.id, settings, client: await clientOf(row) };
    },
    [Symbol.asyncDispose]: async () => {
      for (const { client } of kept.values()) await client[Symbol.asyncDispose]();
      kept.clear();
    },
  };
}
