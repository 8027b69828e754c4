import { randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, type DeviceEvent, routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  createDeviceKeys,
  createPostgresDatabase,
  createProof,
  databaseKinds,
  inventory,
} from '../testing/index.ts';
import { runProgram, type ServerProcess, startServerProcess } from '../testing/server-process.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'carrel-commands-'));
});
afterAll(() => rm(scratch, { recursive: true }));
const newFolder = (): string => join(scratch, randomBytes(6).toString('hex'));

async function init(folder: string, env: Record<string, string> = {}) {
  const result = await runProgram(['init', '--data', folder, '--json'], env);
  expect(result.stderr).toBe('');
  return JSON.parse(result.stdout) as { instanceId: string; password: string; authorityFingerprint: string };
}
const connectTo = (server: ServerProcess, folder: string) =>
  connect(server.url, readFileSync(join(folder, 'authority.crt'), 'utf8'));

describe('init', () => {
  it('makes a folder only its owner may read, whole the first time and refused the second', async () => {
    const folder = newFolder();
    const made = await init(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
    }
    const again = await runProgram(['init', '--data', folder]);
    expect(again).toMatchObject({ exitCode: 5, stdout: '' });
    expect(again.stderr).toContain('INSTANCE_EXISTS');
    await using server = await startServerProcess(['--data', folder]);
    expect(server.authorityFingerprint).toBe(made.authorityFingerprint);
  });

  it('writes the password to a file when asked, and nowhere else', async () => {
    const folder = newFolder();
    const file = `${folder}.password`;
    const result = await runProgram(['init', '--data', folder, '--admin-password-file', file]);
    const password = (await readFile(file, 'utf8')).trim();
    expect(password.length).toBeGreaterThanOrEqual(20);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(result.stdout + result.stderr).not.toContain(password);
  });

  it('goes on where an interrupted one stopped, with the same instance', async () => {
    const folder = newFolder();
    const first = await init(folder);
    // What a kill just before the end leaves behind.
    await rm(join(folder, 'instance.json'));
    await writeFile(join(folder, 'instance.json.draft'), JSON.stringify({ instanceId: first.instanceId }));
    const notYet = await runProgram(['run', '--data', folder, '--port', '0']);
    expect(notYet.stderr).toContain('INSTANCE_NOT_INITIALISED');
    const second = await init(folder);
    expect(second).toMatchObject({
      instanceId: first.instanceId,
      authorityFingerprint: first.authorityFingerprint,
    });
    expect(await readdir(folder)).not.toContain('instance.json.draft');
    await using server = await startServerProcess(['--data', folder]);
    await using connection = connectTo(server, folder);
    const signIn = (password: string) =>
      connection.client().call(routes.signIn, { body: { userName: 'admin', password, transport: 'bearer' } });
    await expect(signIn(first.password)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect((await signIn(second.password)).roles).toEqual(['administrator']);
  });

  it('leaves a folder alone that holds something else', async () => {
    const folder = newFolder();
    await mkdir(folder, { mode: 0o755 });
    await writeFile(join(folder, 'thesis.odt'), '');
    const result = await runProgram(['init', '--data', folder]);
    expect(result.exitCode).toBe(2);
    expect(await readdir(folder)).toEqual(['thesis.odt']);
    expect((await stat(folder)).mode & 0o777).toBe(0o755);
  });

  it('refuses a database of another instance, and tells no password of it', async () => {
    const connectionString = await createPostgresDatabase();
    await init(newFolder(), { CARREL_DATABASE: connectionString });
    const result = await runProgram(['init', '--data', newFolder()], { CARREL_DATABASE: connectionString });
    expect(result.exitCode).toBe(5);
    expect(result.stderr).toContain('DATABASE_OTHER_INSTANCE');
    const wrong = await runProgram(['init', '--data', newFolder()], {
      CARREL_DATABASE: 'postgres://carrel:hunter2@127.0.0.1:9/none',
    });
    expect(wrong.exitCode).toBe(6);
    expect(wrong.stderr).toContain('DATABASE_UNREACHABLE');
    expect(wrong.stderr).not.toContain('hunter2');
  });
});

describe('run', () => {
  it('tells what is wrong with one message and the exit code of its class', async () => {
    const missing = await runProgram(['run', '--data', newFolder()]);
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(missing.stderr).toContain('INSTANCE_NOT_INITIALISED');
    const usage = await runProgram(['run', '--port', 'many']);
    expect(usage.exitCode).toBe(2);

    const folder = newFolder();
    await init(folder);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const taken = await runProgram(['run', '--data', folder, '--port', port, '--json']);
    other.close();
    expect(taken.exitCode).toBe(5);
    expect(taken.stderr).toContain('"code":"PORT_TAKEN"');
  });

  it('is the only server of its folder, and names the one there is', async () => {
    const folder = newFolder();
    await init(folder);
    await using server = await startServerProcess(['--data', folder]);
    const second = await runProgram(['run', '--data', folder, '--port', '0']);
    expect(second.exitCode).toBe(5);
    expect(second.stderr).toContain(`process ${server.pid}`);
    expect(await server.stop('SIGKILL')).toBeNull();
    await using third = await startServerProcess(['--data', folder]);
    expect(await third.stop('SIGTERM')).toBe(0);
  });

  it('shows a certificate for its names, new ones included', async () => {
    const folder = newFolder();
    await init(folder);
    await using server = await startServerProcess(['--data', folder, '--name', 'carrel.example']);
    const { port } = new URL(server.url);
    await using connection = connect(
      `https://localhost:${port}`,
      await readFile(join(folder, 'authority.crt'), 'utf8'),
    );
    const instance = await connection.client().call(routes.getInstance, {});
    expect(instance.authorityFingerprint).toBe(server.authorityFingerprint);
    expect(await readFile(join(folder, 'instance.json'), 'utf8')).toContain('localhost');
    const certificate = new X509Certificate(await readFile(join(folder, 'server.crt')));
    expect(certificate.checkHost('carrel.example')).toBe('carrel.example');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  it('logs no secret of a sign-in', async () => {
    const folder = newFolder();
    const { password } = await init(folder);
    await using server = await startServerProcess(['--data', folder, '--log-level', 'debug']);
    await using connection = connectTo(server, folder);
    const body = { userName: 'admin', password, transport: 'bearer' as const };
    const { token } = await connection.client().call(routes.signIn, { body });
    await connection.as(token ?? '').call(routes.listUsers, { query: { search: 'secret-search' } });
    await server.stop('SIGTERM');
    expect(server.log()).toContain('listUsers');
    for (const secret of [password, token ?? '', 'secret-search']) expect(server.log()).not.toContain(secret);
  });

  it('finds an altered audit log from the command line, beside the running server', async () => {
    const folder = newFolder();
    await init(folder);
    await using server = await startServerProcess(['--data', folder]);
    expect(server.pid).toBeGreaterThan(0);
    const whole = await runProgram(['audit', 'verify', '--data', folder, '--json']);
    expect(whole).toMatchObject({ exitCode: 0, stdout: '{"entries":0,"headHash":null}\n' });
  });
});

describe.each(databaseKinds)('killing the server on %s', (kind) => {
  it('loses no event it acknowledged and doubles none', async () => {
    const folder = newFolder();
    const env: Record<string, string> =
      kind === 'postgres' ? { CARREL_DATABASE: await createPostgresDatabase() } : {};
    const { password, instanceId } = await init(folder, env);
    const keys = createDeviceKeys();
    let deviceId = '';
    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      await using server = await startServerProcess(['--data', folder], env);
      await using connection = connectTo(server, folder);
      if (round === 0) deviceId = await enrol(connection.as(await signIn(connection, password)), keys);
      const device = connection.client(async (route, url, body = '') => {
        const request = { method: route.method, path: new URL(url).pathname, body, nowMs: Date.now() };
        const proof = { ...request, deviceId, instanceId, signingKey: keys.signing };
        return { authorization: `Bearer ${await createProof(proof)}` };
      });
      let killing: Promise<unknown> | undefined;
      try {
        for (let batch = 0; batch < 1000; batch += 1) {
          const events = Array.from({ length: 20 }, (_, index) => eventOf(acknowledged + 1 + index));
          const answer = device.call(routes.sendEvents, { body: { events } });
          // Two requests after some were acknowledged: the kill falls somewhere into the work.
          if (batch === 5 + round) killing = server.stop('SIGKILL');
          acknowledged = (await answer).acknowledgedSequence;
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'SERVER_UNREACHABLE' });
      }
      expect(killing).toBeDefined();
      await killing;
    }
    await using server = await startServerProcess(['--data', folder], env);
    await using connection = connectTo(server, folder);
    const administrator = connection.as(await signIn(connection, password));
    const page = await administrator.call(routes.listEvents, { query: { deviceId, limit: 1000 } });
    const sequences = page.items.map((item) => item.sequence).toReversed();
    expect(sequences.length).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(100);
    expect(sequences).toEqual(Array.from(sequences, (_, index) => index + 1));
  });
});

function eventOf(sequence: number): DeviceEvent {
  const clientTime = new Date(1_700_000_000_000 + sequence).toISOString();
  return {
    sequence,
    code: 'AGENT-003',
    clientTime,
    user: 'SYSTEM',
    workspaceId: null,
    guestName: null,
    fields: {},
  };
}

async function signIn(connection: ReturnType<typeof connect>, password: string): Promise<string> {
  const body = { userName: 'admin', password, transport: 'bearer' as const };
  return (await connection.client().call(routes.signIn, { body })).token ?? '';
}

/** @param client of an administrator */
async function enrol(client: ApiClient, keys: ReturnType<typeof createDeviceKeys>): Promise<string> {
  const { token } = await client.call(routes.createEnrolmentToken, { body: {} });
  const body = { token, signingKey: keys.signingPublic, sealingKey: keys.sealingPublic, inventory };
  return (await client.call(routes.enrolDevice, { body })).deviceId;
}
