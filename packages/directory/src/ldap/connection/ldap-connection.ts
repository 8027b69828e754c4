import { type DirectoryServer, fail } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { Client, type Filter } from 'ldapts';
import { serverName } from '../ldap-settings.ts';
import { operationTimeoutMs, pageSize } from '../limits.ts';
import { createLdapEntry, type LdapEntry } from './ldap-entry.ts';
import { connectServer, secureSocket } from './secure-socket.ts';
import { withTimeLimit } from './with-time-limit.ts';

export interface LdapQuery {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Entries wanted at most; the search ends when there are so many. */
  readonly limit: number;
}

export interface LdapAnswer {
  readonly entries: readonly LdapEntry[];
  /** LDAP URLs of where more may be found (RFC 4511, 4.5.3). */
  readonly references: readonly string[];
}

export type BindOutcome =
  | { readonly outcome: 'bound' }
  /** `reason`: the server's own words. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** A connection to one server, always over TLS. Searches may run at the same time. Whoever opened it closes it. */
export interface LdapConnection extends Disposable {
  /** `host:port` */
  readonly server: string;
  readonly isOpen: boolean;
  /**
   * @throws {DIRECTORY_REQUEST_FAILED}
   * @throws {DIRECTORY_TIMED_OUT}
   */
  bind(account: string, password: string): Promise<BindOutcome>;
  /**
   * Entries by pages until there are no more or the limit is reached; none where the base does not exist.
   *
   * @throws {DIRECTORY_REQUEST_FAILED}
   * @throws {DIRECTORY_TIMED_OUT}
   */
  search(query: LdapQuery): Promise<LdapAnswer>;
}

const resultCodes = {
  noSuchObject: 32,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccess: 50,
  unwillingToPerform: 53,
  constraintViolation: 19,
} as const;

/** What a server answers a bind with when it does not like who asks, rather than that it cannot answer. */
const refusals: readonly number[] = [
  resultCodes.invalidCredentials,
  resultCodes.inappropriateAuthentication,
  resultCodes.insufficientAccess,
  resultCodes.unwillingToPerform,
  resultCodes.constraintViolation,
];

/**
 * Connects to a server over TLS.
 *
 * @throws {DIRECTORY_CONNECT_FAILED}
 * @throws {DIRECTORY_TLS_FAILED}
 * @throws {DIRECTORY_CERTIFICATE_REFUSED}
 * @throws {DIRECTORY_TIMED_OUT}
 */
export async function openLdapConnection(
  server: DirectoryServer,
  certificateAuthority: string | null,
): Promise<LdapConnection> {
  const name = serverName(server);
  const socket = await secureSocket(await connectServer(server), server, certificateAuthority);
  let isGiven = false;
  const client = new Client({
    url: 'ldap://connected-already',
    strictDN: false,
    // The library would connect anew, in plain text and as nobody, when the connection is lost. This one ends then.
    createConnection: () => {
      if (isGiven) throw new Error('the connection was lost');
      isGiven = true;
      return socket;
    },
  });
  const run = async <T>(operation: () => Promise<T>): Promise<T> => {
    const limit = { server: name, timeoutMs: operationTimeoutMs, giveUp: () => socket.destroy() };
    try {
      return await withTimeLimit(operation(), limit);
    } catch (error) {
      if (isAppError(error) || resultCodeOf(error) !== undefined) throw error;
      throw requestFailed(name, error);
    }
  };
  return {
    server: name,
    get isOpen() {
      return !socket.destroyed && (!isGiven || client.isConnected);
    },
    bind: async (account, password) => {
      try {
        await run(() => client.bind(account, password));
        return { outcome: 'bound' };
      } catch (error) {
        const code = resultCodeOf(error);
        if (code === undefined) throw error;
        if (refusals.includes(code)) return { outcome: 'refused', reason: messageOf(error) };
        throw requestFailed(name, error);
      }
    },
    search: (query) => searchPages(client, run, name, query),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

async function searchPages(
  client: Client,
  run: <T>(operation: () => Promise<T>) => Promise<T>,
  server: string,
  query: LdapQuery,
): Promise<LdapAnswer> {
  const entries: LdapEntry[] = [];
  const references: string[] = [];
  const pages = client.searchPaginated(query.base, {
    scope: query.scope,
    filter: query.filter,
    attributes: [...query.attributes],
    timeLimit: operationTimeoutMs / 1000,
    paged: { pageSize: Math.min(pageSize, query.limit) },
  });
  try {
    while (entries.length < query.limit) {
      const page = await run(() => pages.next());
      if (page.done === true) break;
      entries.push(...page.value.searchEntries.map(entryOf));
      references.push(...page.value.searchReferences);
    }
  } catch (error) {
    const code = resultCodeOf(error);
    if (code === resultCodes.noSuchObject) return { entries: [], references: [] };
    throw code === undefined ? error : requestFailed(server, error);
  }
  return { entries: entries.slice(0, query.limit), references };
}

function entryOf({ dn, ...attributes }: { dn: string; [name: string]: unknown }): LdapEntry {
  const values = Object.entries(attributes).map(([name, value]): [string, (Buffer | string)[]] => [
    name,
    (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' || Buffer.isBuffer(one)),
  ]);
  return createLdapEntry(dn, new Map(values));
}

/** The library's errors carry the number that the server answered with. */
function resultCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

function requestFailed(server: string, error: unknown): Error {
  return fail('DIRECTORY_REQUEST_FAILED', { server, reason: messageOf(error) }, error);
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replace(/\.$/, '');
}
