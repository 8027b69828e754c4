import { createHash } from 'node:crypto';
import { apiTokenPrefix } from '@carrel/contract';
import type { Directory } from '@carrel/directory';
import { type CallerAccess, loadAccess } from '../access/index.ts';
import type { Services } from '../services.ts';
import { bearerTokenOf, type CallerStores, findBearer, type SignInLimiter } from '../session/index.ts';
import { findUserRow } from '../users/index.ts';
import { readRepositoryToken } from './repository-token.ts';

/** Who may use the built-in repository, and how. */
export interface RepositoryAccess {
  /** User name, or `device:` and its id. */
  readonly subject: string;
  /** Everybody let in may pull. */
  readonly canPush: boolean;
}

/**
 * Judges an `Authorization` header: the repository token of a device, the user name and password of a person who may
 * see or publish images (Basic), the bearer token of their session, or an API token in either of these places. `undefined`: not let in.
 *
 * @param address of the other side, which is held back after too many wrong passwords
 * @throws {REQUEST_LIMITED}
 */
export type VerifyRepositoryCredentials = (
  authorizationHeader: string | undefined,
  address: string,
) => Promise<RepositoryAccess | undefined>;

/** Registry clients send the password with every request; within this time it is not hashed again. */
const rememberMs = 60_000;
const remembered = 1_000;

export function createRepositoryCredentials(
  services: Services,
  people: CallerStores & { directory: Directory; limiter: SignInLimiter },
): VerifyRepositoryCredentials {
  const { database, instance, clock } = services;
  const rightPasswords = new Map<string, { userId: string; passwordHash: string; untilMs: number }>();

  const ofUser = async (userId: string): Promise<RepositoryAccess | undefined> => {
    const row = await findUserRow(database.queries, userId);
    if (!row || row.isDisabled === 1) return undefined;
    return accessOf(row.userName, await loadAccess(database.queries, userId));
  };
  const ofPassword = async (header: string, address: string): Promise<RepositoryAccess | undefined> => {
    const credentials = parseBasic(header);
    if (!credentials) return undefined;
    if (credentials.password.startsWith(apiTokenPrefix)) return ofToken(credentials.password, address);
    const key = createHash('sha256').update(header).digest('hex');
    const known = rightPasswords.get(key);
    if (known && known.untilMs > clock.monotonicMs()) {
      const row = await findUserRow(database.queries, known.userId);
      if (row?.passwordHash === known.passwordHash) return ofUser(known.userId);
    }
    rightPasswords.delete(key);
    const { userName, password } = credentials;
    const answer = await people.limiter.attempt({ address, account: userName }, () =>
      people.directory.authenticate(userName, password),
    );
    if (answer.outcome === 'refused') return undefined;
    const row = await findUserRow(database.queries, answer.user.id);
    if (!row) return undefined;
    if (rightPasswords.size >= remembered) rightPasswords.clear();
    const untilMs = clock.monotonicMs() + rememberMs;
    rightPasswords.set(key, { userId: row.id, passwordHash: row.passwordHash, untilMs });
    return ofUser(row.id);
  };
  const ofToken = async (token: string, address: string): Promise<RepositoryAccess | undefined> => {
    const caller = await findBearer(people, token, address);
    if (caller) return accessOf(caller.user.userName, caller.access);
    const deviceId = await readRepositoryToken(instance, token, clock.nowMs());
    if (deviceId === undefined) return undefined;
    const device = await database.queries
      .selectFrom('devices')
      .select('state')
      .where('id', '=', deviceId)
      .executeTakeFirst();
    return device?.state === 'active' ? { subject: `device:${deviceId}`, canPush: false } : undefined;
  };

  return async (header, address) => {
    const token = bearerTokenOf(header);
    if (token !== undefined) return ofToken(token, address);
    return header === undefined ? undefined : ofPassword(header, address);
  };
}

/** Who may see the images of some workspaces only gets no access to the repository, which holds them all. */
function accessOf(subject: string, access: CallerAccess): RepositoryAccess | undefined {
  const canPush = access.scopeOf('images.publish') === 'all';
  return canPush || access.scopeOf('images.view') === 'all' ? { subject, canPush } : undefined;
}

function parseBasic(header: string): { userName: string; password: string } | undefined {
  const encoded = /^Basic +([\w+/=-]{1,2000})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { userName: text.slice(0, colon), password: text.slice(colon + 1) };
}
