import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, type RoleName, type RoleScope, routes, type User } from '@carrel/contract';
import { createApp } from '../app/index.ts';
import { type InitResult, initInstance, openInstance } from '../instance/index.ts';
import { createNotices } from '../notices/index.ts';
import type { Services } from '../services.ts';
import { ensureAdministrator } from '../users/index.ts';
import { connect, type TestConnection } from './test-client.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { createPostgresDatabase, type DatabaseKind, silentLog } from './test-database.ts';

/** A whole server on HTTPS with an instance of its own; all of it is gone when it is disposed of. */
export interface TestServer extends AsyncDisposable {
  readonly services: Services;
  readonly clock: TestClock;
  readonly connection: TestConnection;
  readonly administrator: ApiClient;
  readonly administratorPassword: string;
  /** A bearer token of somebody; each sign-in comes from fresh limits. */
  signIn(userName: string, password: string): Promise<string>;
  /**
   * A new user with these template roles over everything, or over some workspaces only, and a client signed in as
   * them.
   */
  addUser(
    userName: string,
    roles?: readonly RoleName[],
    scope?: RoleScope,
  ): Promise<{ user: User; client: ApiClient }>;
}

export const testPassword = 'a password for tests';

export async function startTestServer(kind: DatabaseKind): Promise<TestServer> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'carrel-server-'));
  undo.defer(() => rm(folder, { recursive: true }));
  const clock = createTestClock();
  const connectionString = kind === 'postgres' ? await createPostgresDatabase() : undefined;
  const made: InitResult[] = [];
  const common = { folder, names: [], connectionString, clock, log: silentLog };
  await initInstance({
    ...common,
    createAdministrator: (database) => ensureAdministrator(database, clock.nowMs()),
    handOver: (result) => Promise.resolve(void made.push(result)),
  });
  const password = made[0]?.password ?? '';
  const server = undo.use(await serveTestInstance({ folder, connectionString, password }, clock));
  const stack = undo.move();
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** An instance that is there already, and the password of its administrator. */
export interface TestInstance {
  readonly folder: string;
  readonly connectionString: string | undefined;
  readonly password: string;
}

/** A whole server on an instance that stays when the server is disposed of. */
export async function serveTestInstance(
  { folder, connectionString, password: administratorPassword }: TestInstance,
  clock: TestClock = createTestClock(),
): Promise<TestServer> {
  await using undo = new AsyncDisposableStack();
  const common = { folder, names: [], connectionString, clock, log: silentLog };
  const open = undo.use(await openInstance(common));
  const services: Services = {
    instance: open.instance,
    database: open.database,
    clock,
    randomBytes: (count) => randomBytes(count),
    log: silentLog,
    notices: createNotices(),
  };
  const app = await createApp(services, await open.tlsIdentity());
  undo.defer(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  const authority = await readFile(open.instance.paths.authorityCertificate, 'utf8');
  const connection = undo.use(connect(`https://127.0.0.1:${address.port}`, authority));

  const signIn: TestServer['signIn'] = async (userName, password) => {
    const body = { userName, password, transport: 'bearer' as const };
    const { token } = await connection.client().call(routes.signIn, { body });
    if (token === undefined) throw new Error('the sign-in gave no token');
    return token;
  };
  const administrator = connection.as(await signIn('admin', administratorPassword));
  const stack = undo.move();
  return {
    services,
    clock,
    connection,
    administrator,
    administratorPassword,
    signIn,
    addUser: async (userName, roles = [], scope = { kind: 'all' }) => {
      const body = { userName, password: testPassword };
      const user = await administrator.call(routes.createUser, { body });
      for (const roleId of roles) {
        const grant = { principal: { kind: 'user', id: user.id }, roleId, scope } as const;
        await administrator.call(routes.putRoleGrant, { body: grant });
      }
      return { user, client: connection.as(await signIn(userName, testPassword)) };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
