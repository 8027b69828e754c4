import { type DirectoryServer, fail } from '@carrel/contract';
import { backoffMs, type Clock, isAppError } from '@carrel/kit';
import type { LdapSettings } from '../ldap-settings.ts';
import { firstBackoffMs, longestBackoffMs } from '../limits.ts';
import { type LdapConnection, openLdapConnection } from './ldap-connection.ts';

/** The servers of a directory: the first that answers is used, one that failed is passed over for a while. */
export interface ServerPool extends Disposable {
  /**
   * Runs work on a connection bound as the service account; on the next server when this one fails at it, so the work
   * must bear being begun again.
   *
   * @throws {DIRECTORY_UNREACHABLE} no server could be asked
   */
  asService<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T>;
  /**
   * Runs work on a connection of its own that nobody is bound on.
   *
   * @throws {DIRECTORY_UNREACHABLE}
   */
  asNobody<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T>;
}

export interface ServerPoolOptions {
  readonly settings: LdapSettings;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly random: () => number;
}

/** What speaks against one server but not against asking another. */
const serverFaults = new Set([
  'DIRECTORY_NAME_UNRESOLVED',
  'DIRECTORY_CONNECT_FAILED',
  'DIRECTORY_TLS_FAILED',
  'DIRECTORY_CERTIFICATE_REFUSED',
  'DIRECTORY_TIMED_OUT',
  'DIRECTORY_BIND_REFUSED',
  'DIRECTORY_REQUEST_FAILED',
]);

interface KnownServer {
  readonly server: DirectoryServer;
  failures: number;
  retryAtMs: number;
  lastError: unknown;
  service: Promise<LdapConnection> | undefined;
}

export function createServerPool(options: ServerPoolOptions): ServerPool {
  const { settings, clock, random } = options;
  const servers = settings.servers.map(
    (server): KnownServer => ({
      server,
      failures: 0,
      retryAtMs: 0,
      lastError: undefined,
      service: undefined,
    }),
  );
  const tryEach = async <T>(attempt: (known: KnownServer) => Promise<T>): Promise<T> => {
    for (const known of servers) {
      if (known.retryAtMs > clock.monotonicMs()) continue;
      try {
        const result = await attempt(known);
        known.failures = 0;
        return result;
      } catch (error) {
        if (!isAppError(error) || !serverFaults.has(error.code)) throw error;
        known.failures += 1;
        known.lastError = error;
        const backoff = { baseDelayMs: firstBackoffMs, maxDelayMs: longestBackoffMs, random };
        known.retryAtMs = clock.monotonicMs() + backoffMs(known.failures, backoff);
      }
    }
    throw unreachable(settings.name, servers);
  };
  return {
    asService: (work) => tryEach((known) => onService(known, settings, work)),
    asNobody: (work) =>
      tryEach(async ({ server }) => {
        using connection = await openLdapConnection(server, settings.certificateAuthority);
        return await work(connection);
      }),
    [Symbol.dispose]: () => {
      for (const known of servers) {
        // One that never came about needs no closing; whoever asked for it was told.
        known.service?.then(
          (connection) => connection[Symbol.dispose](),
          () => undefined,
        );
      }
    },
  };
}

/** Servers end idle connections: work on one that was kept is begun anew on a fresh one when it turns out to be lost. */
async function onService<T>(
  known: KnownServer,
  settings: LdapSettings,
  work: (connection: LdapConnection) => Promise<T>,
): Promise<T> {
  const isFresh = known.service === undefined;
  const opening = openService(known, settings);
  const connection = await opening;
  try {
    if (connection.isOpen) return await work(connection);
  } catch (error) {
    if (isFresh || connection.isOpen || isAppError(error, 'DIRECTORY_TIMED_OUT')) throw error;
  }
  if (known.service === opening) known.service = undefined;
  return work(await openService(known, settings));
}

/** One connection for all who want one at the same time. */
function openService(known: KnownServer, settings: LdapSettings): Promise<LdapConnection> {
  if (known.service) return known.service;
  const opening = bindAsService(known.server, settings);
  known.service = opening;
  opening.catch(() => {
    if (known.service === opening) known.service = undefined;
  });
  return opening;
}

/**
 * A connection bound as the service account. Whoever asks for it closes it.
 *
 * @throws {DIRECTORY_BIND_REFUSED}
 */
async function bindAsService(server: DirectoryServer, settings: LdapSettings): Promise<LdapConnection> {
  const connection = await openLdapConnection(server, settings.certificateAuthority);
  try {
    const answer = await connection.bind(settings.bindDn, settings.bindPassword);
    if (answer.outcome === 'bound') return connection;
    throw fail('DIRECTORY_BIND_REFUSED', { account: settings.bindDn, reason: answer.reason });
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

function unreachable(directory: string, servers: readonly KnownServer[]): Error {
  const errors = servers.map((known) => known.lastError).filter((error) => isAppError(error));
  const reason = errors.map((error) => error.message.replace(/\.$/, '')).join('; ');
  return fail('DIRECTORY_UNREACHABLE', { directory, reason }, errors.at(0));
}
