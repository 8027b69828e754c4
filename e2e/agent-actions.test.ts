import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeviceActionKind, routes } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdministratorApi, openAdministratorApi } from './support/administrator-api.ts';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  findGuest,
  grantWorkspace,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { newToken } from './support/scripted-device.ts';

const made = new AsyncDisposableStack();
let instance: Instance;
let administrator: AdministratorApi;
let device: AgentDevice;
let deviceId: DeviceId;
let passwordFile: string;

beforeAll(async () => {
  instance = made.use(await createInstance());
  await publishTinyImage(instance);
  await grantWorkspace(instance);
  device = made.use(await createAgentDevice(instance));
  administrator = made.use(await openAdministratorApi(instance));
  passwordFile = join(instance.folder, 'password');
  const { enrolment } = await device.status();
  if (!enrolment) throw new Error('the device is not enrolled');
  ({ deviceId } = enrolment);
  await instance.run('agent', 'start', workspace);
});

afterAll(() => made.disposeAsync());

const entry = async () => {
  const [found] = (await device.status()).workspaces;
  if (!found) throw new Error('the agent holds no workspace');
  return found;
};

/** Tells the device to do something, and waits until it has told how that went. */
async function perform(kind: DeviceActionKind): Promise<void> {
  const body = { kind } as Parameters<typeof queue>[0];
  const { id } = await queue(body);
  await instance.run('agent', 'sync');
  const action = await eventually(
    async () => {
      const { items } = await administrator.call(routes.listDeviceActions, {
        params: { deviceId },
        query: {},
      });
      return items.find((item) => item.id === id);
    },
    (item) => item?.state === 'done' || item?.state === 'failed',
  );
  expect(action).toMatchObject({ state: 'done', code: null });
}

function queue(body: { kind: 'lock' } | { kind: 'stop' } | { kind: 'rotate-keys' } | { kind: 'wipe' }) {
  return administrator.call(routes.queueDeviceAction, { params: { deviceId }, body });
}

async function unlock(file = passwordFile) {
  return instance.try('agent', 'unlock', workspace, '--password-file', file);
}

describe('a locked workspace', () => {
  it('stands still for an administrator until its person gives the password', async () => {
    await perform('lock');
    expect(await entry()).toMatchObject({ state: 'locked', lockReason: 'administrator' });
    const wrong = join(instance.folder, 'wrong');
    await writeFile(wrong, 'not the password');
    const refused = await unlock(wrong);
    expect(refused.stderr).toContain('SIGN_IN_FAILED');
    expect(refused.code).toBe(4);
    expect((await entry()).state).toBe('locked');
    expect((await unlock()).code).toBe(0);
    expect(await entry()).toMatchObject({ state: 'running', lockReason: null });
  });

  it('stays locked when its agent is killed, and is unlocked without a server', async () => {
    await instance.run('agent', 'lock', workspace);
    await instance.server().end('SIGKILL');
    await device.agent().end('SIGKILL');
    await device.startAgent();
    await eventually(entry, ({ state }) => state === 'locked');
    expect((await unlock()).code).toBe(0);
    expect((await entry()).state).toBe('running');
    await instance.startServer();
    await instance.run('agent', 'sync');
    const events = await eventually(
      () => deviceEvents(instance),
      (held) => held.some(({ code, fields }) => code === 'WORKSPACE-011' && fields['how'] === 'verifier'),
    );
    const told = events.map(({ code, fields }) => [
      code,
      fields['reason'] ?? fields['how'] ?? fields['code'],
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['WORKSPACE-010', 'administrator'],
        ['WORKSPACE-012', 'SIGN_IN_FAILED'],
        ['WORKSPACE-011', 'server'],
        ['WORKSPACE-010', 'person'],
      ]),
    );
  });
});

describe('what a device is told to do', () => {
  it('restarts a guest when a person asks', async () => {
    const before = await findGuest(instance);
    await instance.run('agent', 'restart', workspace);
    expect((await entry()).state).toBe('running');
    expect((await findGuest(instance))?.pid).not.toBe(before?.pid);
  });

  it('replaces its keys, and opens with the new ones what the old ones opened', async () => {
    await instance.run('agent', 'pull', workspace);
    const keyFile = join(instance.folder, 'agent/keys/signing.pem');
    const before = await readFile(keyFile, 'utf8');
    await perform('rotate-keys');
    expect(await readFile(keyFile, 'utf8')).not.toBe(before);
    await instance.run('agent', 'sync');
    expect((await readdir(join(instance.folder, 'agent/keys'))).toSorted()).toEqual([
      'local.key',
      'next',
      'sealing.pem',
      'signing.pem',
    ]);
    await perform('stop');
    expect(await findGuest(instance)).toBeUndefined();
    await instance.run('agent', 'start', workspace);
    expect(await entry()).toMatchObject({ state: 'running', isReadyOffline: true });
  });

  it('wipes itself with a guest running, tells so, and is nobody then', async () => {
    await perform('wipe');
    const status = await eventually(
      () => device.status(),
      ({ enrolment }) => enrolment === null,
    );
    expect(status).toMatchObject({ workspaces: [], signedIn: [], queuedEvents: 0 });
    expect(await findGuest(instance)).toBeUndefined();
    const left = await readdir(join(instance.folder, 'agent'));
    expect(left).not.toContain('enrolment.json');
    expect(await readdir(join(instance.folder, 'agent/workspaces'))).toEqual([]);
    const codes = (await deviceEvents(instance)).map(({ code, fields }) => [code, fields['reason']]);
    expect(codes).toContainEqual(['WORKSPACE-009', 'wiped']);
    expect(codes).toContainEqual(['AGENT-012', undefined]);
  });

  it('can be enrolled anew by an administrator after that', async () => {
    const tokenFile = join(instance.folder, 'token');
    await writeFile(tokenFile, await newToken(instance));
    const trust = ['--ca-fingerprint', instance.authorityFingerprint, '--token-file', tokenFile];
    await instance.run('agent', 'enrol', instance.url, ...trust);
    const { enrolment } = await eventually(
      () => device.status(),
      (status) => status.enrolment !== null,
    );
    expect(enrolment?.deviceId).not.toBe(deviceId);
  });
});
