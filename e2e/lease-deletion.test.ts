import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { createInstance, type Instance } from './support/instance.ts';

const made = new AsyncDisposableStack();
const hour = 3_600_000;
const colleague = 'bob';
const deletion = { whenDisabled: true, whenOfflineTooLong: true };

let hostClock: FakeClock;
let instance: Instance;
let device: AgentDevice;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-clocks-'));
  made.defer(() => rm(folder, { recursive: true }));
  hostClock = createFakeClock(folder, 'host');
  instance = made.use(await createInstance());
  await publishTinyImage(instance);
  await grantWorkspace(instance, {
    countdownSeconds: 1,
    offlineLimitHours: 1,
    deletion,
    others: [colleague],
  });
  device = made.use(await createAgentDevice(instance, hostClock.env));
  const passwordFile = ['--password-file', join(instance.folder, 'password')];
  await instance.run('agent', 'sign-in', '-u', colleague, ...passwordFile);
  await instance.run('agent', 'pull', workspace, '--user', person);
  await instance.run('agent', 'pull', workspace, '--user', colleague);
});

afterAll(() => made.disposeAsync());

const folders = (): Promise<string[]> => readdir(join(instance.folder, 'agent/workspaces'));
const holders = async (): Promise<string[]> =>
  (await device.status()).workspaces.map(({ userName }) => userName).toSorted();

async function expectGone(): Promise<void> {
  await eventually(holders, (names) => !names.includes(person));
  expect(await findGuest(instance)).toBeUndefined();
  expect(await folders()).toHaveLength(1);
  const [left] = (await device.status()).workspaces;
  expect(left).toMatchObject({ userName: colleague, isReadyOffline: true, failure: null });
}

async function expectTold(reason: string): Promise<void> {
  const seen = await eventually(
    () => deviceEvents(instance),
    (held) => held.some(({ code, fields }) => code === 'WORKSPACE-009' && fields['reason'] === reason),
  );
  expect(seen.filter(({ code, user }) => code === 'WORKSPACE-009' && user === colleague)).toEqual([]);
}

describe('a workspace that the grant lets be deleted', () => {
  it('is, when the computer was offline for too long, with its guest running and nobody to ask', async () => {
    await instance.run('agent', 'start', workspace, '--user', person);
    expect(await folders()).toHaveLength(2);
    await instance.server().end('SIGKILL');
    await instance.try('agent', 'sync');
    // What is left of the limit passes in real time; a clock that shows more counts for time offline.
    hostClock.set(Date.now() + hour - 20_000);
    await expectGone();
    hostClock.set(Date.now());
    await instance.startServer();
    await instance.run('agent', 'sync');
    await expectTold('offline-too-long');
  });

  it('comes back with the next contact, as the permission was not taken', async () => {
    await instance.run('agent', 'sync');
    expect(await holders()).toEqual([person, colleague].toSorted());
    await instance.run('agent', 'pull', workspace, '--user', person);
  });

  it('is, when the server takes the permission back', async () => {
    await instance.run('workspace', 'unassign', workspace, '--user', person);
    await instance.run('agent', 'sync');
    await expectGone();
    await expectTold('disabled');
  });
});
