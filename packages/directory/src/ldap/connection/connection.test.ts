import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { DirectoryServer } from '@carrel/contract';
import { createManualClock, isAppError, systemClock } from '@carrel/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSignInName } from '../accounts/sign-in-name.ts';
import { createLdapDirectory, type LdapDirectory } from '../ldap-directory.ts';
import type { LdapSettings } from '../ldap-settings.ts';
import { longestBackoffMs } from '../limits.ts';
import { type OpenLdap, startOpenLdap } from '../testing/open-ldap.ts';

const undo = new AsyncDisposableStack();
let ldap: OpenLdap;
beforeAll(async () => {
  ldap = undo.use(await startOpenLdap('staff', ''));
});
afterAll(() => undo.disposeAsync());

function open(changes: Partial<LdapSettings>, clock = systemClock): LdapDirectory {
  const settings = ldap.settings(changes);
  return undo.use(createLdapDirectory({ settings, clock, random: () => 1, trusted: () => [] }));
}

/** Something that is no directory server, on a free port of this computer. */
async function listen(onConnection: (socket: Socket) => void): Promise<DirectoryServer> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, security: 'start-tls' };
}

/** The code of the fault behind the one that says that no server could be asked. */
async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isAppError(error, 'DIRECTORY_UNREACHABLE')) throw new Error(`not as expected: ${String(error)}`);
  return isAppError(error.cause) ? error.cause.code : String(error.cause);
}

it('speaks TLS from the start, or after StartTLS', async () => {
  await open({}).requireBase();
  await open({ servers: [{ host: ldap.address, port: 6389, security: 'start-tls' }] }).requireBase();
});

it('takes no server that the authority has not certified', async () => {
  expect(await faultOf(open({ certificateAuthority: null }).requireBase())).toBe(
    'DIRECTORY_CERTIFICATE_REFUSED',
  );
});

it('takes no certificate for another name', async () => {
  const { port } = await relay();
  const servers = [{ host: 'localhost', port, security: 'tls' as const }];
  expect(await faultOf(open({ servers }).requireBase())).toBe('DIRECTORY_CERTIFICATE_REFUSED');
});

it('says nothing but StartTLS in plain text, and nothing more when that is refused', async () => {
  const heard: Buffer[] = [];
  const refusal = Buffer.from('300c02010178070a013404000400', 'hex');
  const server = await listen((socket) => {
    socket.on('data', (data: Buffer) => {
      heard.push(data);
      socket.write(refusal);
    });
  });
  expect(await faultOf(open({ servers: [server] }).requireBase())).toBe('DIRECTORY_TLS_FAILED');
  const request = Buffer.from('301d02010177188016312e332e362e312e342e312e313436362e3230303337', 'hex');
  expect(Buffer.concat(heard)).toEqual(request);
});

it.each([
  ['more than the answer', '300c02010178070a010004000400' + '300c02010261070a010004000400'],
  ['the answer to something else', '300c02010261070a010004000400'],
  ['something that is not LDAP', '30800000'],
  ['an answer without an end', `3084ffffffff${'00'.repeat(5000)}`],
])('goes no further when StartTLS is answered with %s', async (_, answer) => {
  const server = await listen((socket) => {
    socket.once('data', () => socket.write(Buffer.from(answer, 'hex')));
  });
  expect(await faultOf(open({ servers: [server] }).requireBase())).toBe('DIRECTORY_TLS_FAILED');
});

it('waits for a silent server only so long', async () => {
  const server = await listen(() => undefined);
  expect(await faultOf(open({ servers: [server] }).requireBase())).toBe('DIRECTORY_TIMED_OUT');
});

it('asks the next server when one fails, and leaves that one alone for a while', async () => {
  let tries = 0;
  const broken = await listen((socket) => {
    tries += 1;
    socket.destroy();
  });
  const clock = createManualClock();
  const directory = open({ servers: [broken, ...ldap.settings().servers] }, clock);
  for (let time = 0; time < 3; time += 1) await directory.requireBase();
  expect(tries).toBe(1);
  await clock.advance(longestBackoffMs);
  await directory.requireBase();
  expect(tries).toBe(2);
});

it('goes through the servers once at most for each call while none works', async () => {
  let tries = 0;
  const broken = await listen((socket) => {
    tries += 1;
    socket.destroy();
  });
  const clock = createManualClock();
  const directory = open({ servers: [broken] }, clock);
  for (let time = 0; time < 3; time += 1) {
    await expect(directory.requireBase()).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
  }
  expect(tries).toBe(1);
});

it('keeps one connection for all who ask, and opens another when the server ends it', async () => {
  const { servers, sockets } = await relay();
  const directory = open({ servers });
  const ask = () =>
    Promise.all(Array.from({ length: 20 }, () => directory.findAccounts(parseSignInName('nobody'))));
  await ask();
  await ask();
  expect(sockets).toHaveLength(1);
  for (const socket of sockets) socket.destroy();
  await ask();
  expect(sockets).toHaveLength(2);
});

/** Something between that is not seen, at an address that the certificate names. */
async function relay() {
  const sockets: Socket[] = [];
  const { port } = await listen((socket) => {
    sockets.push(socket);
    const there = connect(6636, ldap.address);
    there.on('error', () => socket.destroy());
    socket.on('close', () => there.destroy());
    socket.pipe(there).pipe(socket);
  });
  return { sockets, port, servers: [{ host: '127.0.0.1', port, security: 'tls' as const }] };
}
