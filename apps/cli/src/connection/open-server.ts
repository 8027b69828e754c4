import { type ApiClient, createApiClient, fail } from '@carrel/contract';
import { createPinnedFetch } from '@carrel/contract/node';
import type { CliContext } from '../context.ts';
import { type Connection, readConnection } from './connection-file.ts';

/** A server one is signed in to. Close it when the command is done. */
export interface OpenServer extends AsyncDisposable {
  readonly api: ApiClient;
  readonly connection: Connection;
}

/**
 * Opens the server this person is signed in to.
 *
 * @throws {NOT_SIGNED_IN} neither `carrel login` nor the environment names one
 */
export async function openServer(context: CliContext): Promise<OpenServer> {
  const connection = await readConnection(context.env);
  if (!connection) throw fail('NOT_SIGNED_IN', {});
  return connectTo(connection);
}

/** Opens a server with a known connection; an empty token calls public operations only. */
export function connectTo(connection: Connection): OpenServer {
  const pinned = createPinnedFetch({ authorityPem: connection.authorityPem ?? undefined });
  const api = createApiClient({
    origin: connection.server,
    fetch: pinned.fetch,
    headers: () =>
      Promise.resolve<Record<string, string>>(
        connection.token === '' ? {} : { authorization: `Bearer ${connection.token}` },
      ),
  });
  return { api, connection, [Symbol.asyncDispose]: () => pinned[Symbol.asyncDispose]() };
}
