import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  findGuest,
  grantWorkspace,
  person,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { largestBlob } from './support/largest-blob.ts';

const made = new AsyncDisposableStack();
let instance: Instance;
let device: AgentDevice;

beforeAll(async () => {
  instance = made.use(await createInstance());
  await publishTinyImage(instance);
  await grantWorkspace(instance, { countdownSeconds: 1 });
  device = made.use(await createAgentDevice(instance));
});

afterAll(() => made.disposeAsync());

async function expectStartRefused(code: string, exitCode: number): Promise<void> {
  const result = await instance.try('agent', 'start', workspace);
  expect(result.stderr).toContain(code);
  expect(result.code).toBe(exitCode);
}

async function eventOf(code: string, fields: Record<string, unknown>): Promise<void> {
  const isIt = (event: { code: string; fields: object }): boolean => event.code === code;
  const events = await eventually(
    () => deviceEvents(instance),
    (held) => held.some(isIt),
  );
  expect(events.filter(isIt).map((event) => event.fields)).toContainEqual(expect.objectContaining(fields));
}

describe('what an agent refuses', () => {
  it('enrols nowhere it was not told to trust, nor with a wrong token', async () => {
    const tokenFile = join(instance.folder, 'wrong-token');
    await writeFile(tokenFile, 'wrong');
    const other = ['--data', join(instance.folder, 'other'), '--token-file', tokenFile];
    const enrol = (...args: string[]) => instance.try('agent', 'enrol', instance.url, ...other, ...args);
    expect(await enrol('--ca-fingerprint', 'ab'.repeat(32))).toMatchObject({ code: 4 });
    expect(await enrol()).toMatchObject({ code: 2 });
    const refused = await enrol('--ca-fingerprint', instance.authorityFingerprint);
    expect(refused.stderr).toContain('ENROLMENT_TOKEN_INVALID');
    expect(refused.code).toBe(4);
  });

  it('runs once in a folder', async () => {
    const second = await instance.try('agent', 'run');
    expect(second.stderr).toContain(`error: Another agent (process ${device.agent().pid})`);
    expect(second.code).toBe(5);
  });

  it('gives a guest no byte that was changed in the repository, and lets it go on once that is right again', async () => {
    const pack = await largestBlob(join(instance.folder, 'server/repository/blobs'));
    const original = await readFile(pack);
    const changed = Buffer.from(original);
    for (let offset = 0; offset < changed.length; offset += 4096)
      changed[offset] = (changed[offset] ?? 0) ^ 1;
    await writeFile(pack, changed);

    await expectStartRefused('IMAGE_DATA_DAMAGED', 7);
    await eventOf('IMAGE-004', { image: 'tiny' });
    await eventOf('WORKSPACE-004', { code: 'IMAGE_DATA_DAMAGED' });
    expect(await device.workspace()).toMatchObject({ state: 'paused', guestBootSeconds: null });

    // Whoever asks again has it tried again at once.
    await expectStartRefused('IMAGE_DATA_DAMAGED', 7);
    await writeFile(pack, original);
    await instance.run('agent', 'start', workspace);
    const status = await device.workspace();
    expect(status).toMatchObject({ state: 'running', failure: null });
    expect(status.guestBootSeconds).not.toBeNull();
  });

  it('stops a guest whose permission is taken back, and starts it no more', async () => {
    await instance.run('workspace', 'unassign', workspace, '--user', person);
    await instance.run('agent', 'sync');
    await eventually(
      () => findGuest(instance),
      (guest) => guest === undefined,
    );
    await eventOf('LEASE-005', { workspace });
    await eventOf('LEASE-004', { code: 'LEASE_WITHDRAWN' });
    await expectStartRefused('LEASE_MISSING', 4);
    await eventOf('WORKSPACE-006', { code: 'LEASE_MISSING' });
  });

  it('refuses a lease that was altered on its own disk, and all it keeps from then on, until the next contact', async () => {
    await grantWorkspace(instance, { countdownSeconds: 1, offlineLimitHours: 0 });
    await instance.run('agent', 'sync');
    await device.agent().end('SIGTERM');
    await instance.server().end('SIGKILL');
    const restore = alterLease(join(instance.folder, 'agent/agent.db'));
    await device.startAgent();
    await expectStartRefused('LEASE_SIGNATURE_INVALID', 4);
    await device.agent().end('SIGTERM');
    restore();
    await device.startAgent();
    await expectStartRefused('LEASE_STORE_ALTERED', 4);
    await instance.startServer();
    await instance.run('agent', 'sync');
    await eventOf('AGENT-013', { what: 'agent.db' });
    await eventOf('LEASE-002', { code: 'LEASE_SIGNATURE_INVALID' });
    await eventOf('WORKSPACE-006', { code: 'LEASE_SIGNATURE_INVALID' });
    await eventOf('WORKSPACE-006', { code: 'LEASE_STORE_ALTERED' });
    // Who had signed in is not believed any more either.
    await expectStartRefused('SIGN_IN_NEEDED', 4);
    const passwordFile = join(instance.folder, 'password');
    await instance.run('agent', 'sign-in', '-u', person, '--password-file', passwordFile);
  });

  it('starts nothing out of reach of the server where offline use is forbidden', async () => {
    await instance.server().end('SIGKILL');
    await expectStartRefused('LEASE_OFFLINE_FORBIDDEN', 4);
    await instance.startServer();
    await instance.run('agent', 'sync');
    await eventOf('WORKSPACE-006', { code: 'LEASE_OFFLINE_FORBIDDEN' });
  });

  it('fetches an image without starting it', async () => {
    await instance.run('agent', 'pull', workspace);
    expect(await device.workspace()).toMatchObject({ isReadyOffline: true, fetch: null, failure: null });
    await eventOf('IMAGE-002', { image: 'tiny', version: 1 });
  });

  it('starts nothing on a computer that does not pass the check, nor on a network it cannot give', async () => {
    const hostVerification = { command: 'echo The scanner is off.; exit 7' };
    await grantWorkspace(instance, { countdownSeconds: 1, general: { hostVerification } });
    await instance.run('agent', 'sync');
    await expectStartRefused('HOST_VERIFICATION_FAILED', 4);
    await eventOf('WORKSPACE-004', { code: 'HOST_VERIFICATION_FAILED' });
    await grantWorkspace(instance, {
      countdownSeconds: 1,
      network: { mode: 'bridge', bridgedAdapters: ['gone0'] },
    });
    await instance.run('agent', 'sync');
    await expectStartRefused('BRIDGE_UNAVAILABLE', 1);
    await grantWorkspace(instance, { countdownSeconds: 1 });
    await instance.run('agent', 'sync');
  });

  it('stops everything on a device that was revoked', async () => {
    await instance.run('agent', 'start', workspace);
    const { enrolment } = await device.status();
    await instance.run('device', 'revoke', enrolment?.deviceId ?? '');
    await instance.try('agent', 'sync');
    await eventually(
      () => findGuest(instance),
      (guest) => guest === undefined,
    );
    await expectStartRefused('LEASE_MISSING', 4);
  });
});

/** Forbids less than the server does; gives what puts the true lease back. */
function alterLease(databasePath: string): () => void {
  const write = (jws: string): void => {
    using database = new DatabaseSync(databasePath);
    database.prepare('UPDATE leases SET jws = ?').run(jws);
  };
  using database = new DatabaseSync(databasePath);
  const original = String(database.prepare('SELECT jws FROM leases').get()?.['jws']);
  const [header = '', payload = '', signature = ''] = original.split('.');
  const lease: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const generous = JSON.stringify({ ...(lease as object), offlineLimitSeconds: 31_536_000 });
  write([header, Buffer.from(generous).toString('base64url'), signature].join('.'));
  return () => write(original);
}
