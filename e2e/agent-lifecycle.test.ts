import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  findGuest,
  grantWorkspace,
  isRunning,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { createInstance, type Instance } from './support/instance.ts';

const made = new AsyncDisposableStack();
let instance: Instance;
let device: AgentDevice;

beforeAll(async () => {
  instance = made.use(await createInstance());
  await publishTinyImage(instance);
  // Nothing but what the guest asks for comes, so that the image is not here when processes are killed.
  await grantWorkspace(instance, { transferRate: 'off' });
  device = made.use(await createAgentDevice(instance));
});

afterAll(() => made.disposeAsync());

/** Every event the agent ever recorded is at the server, once. */
async function expectAllEventsOnce(): Promise<void> {
  const events = await eventually(
    async () => ({ status: await device.status(), held: await deviceEvents(instance) }),
    ({ status, held }) => status.queuedEvents === 0 && held.length >= status.lastEventSequence,
  );
  const sequences = events.held.map((event) => event.sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
}

const codes = async (): Promise<string[]> => (await deviceEvents(instance)).map((event) => event.code);

describe('the life of a workspace', () => {
  it('starts before its image is here', async () => {
    await instance.run('agent', 'start', workspace);
    const status = await device.workspace();
    expect(status).toMatchObject({ state: 'running', imageVersion: 1, isReadyOffline: false, failure: null });
    expect(status.guestBootSeconds).toBeGreaterThan(0);
    expect(status.fetch?.downloadedBytes).toBeGreaterThan(0);
  });

  it('outlives the server and the agent, and loses and doubles no event', async () => {
    const guest = await findGuest(instance);
    expect(guest).toBeDefined();
    const pid = guest?.pid ?? 0;

    await instance.server().end('SIGKILL');
    await instance.try('agent', 'sync');
    expect((await device.status()).isOnline).toBe(false);
    await device.agent().end('SIGKILL');
    expect(isRunning(pid)).toBe(true);

    await device.startAgent();
    const adopted = await eventually(
      () => device.workspace(),
      (status) => status.state === 'running',
    );
    expect(adopted.failure).toBeNull();
    expect(await findGuest(instance)).toEqual({ pid });
    const offline = await device.status();
    expect(offline.isOnline).toBe(false);
    expect(offline.queuedEvents).toBeGreaterThan(0);

    await instance.startServer();
    await instance.run('agent', 'sync');
    await eventually(
      () => device.status(),
      (status) => status.isOnline && status.queuedEvents === 0,
    );
    await device.agent().end('SIGKILL');
    await device.startAgent();
    await eventually(
      () => device.workspace(),
      (status) => status.state === 'running',
    );
    expect(isRunning(pid)).toBe(true);
    await expectAllEventsOnce();
    const seen = await codes();
    expect(seen.filter((code) => code === 'AGENT-004')).toHaveLength(1);
    expect(seen.filter((code) => code === 'AGENT-005')).toHaveLength(1);
    expect(seen.filter((code) => code === 'WORKSPACE-005')).toHaveLength(2);
    expect(seen.filter((code) => code === 'WORKSPACE-002')).toHaveLength(1);
  });

  it('becomes ready for offline use once its disk stands alone, under the same guest', async () => {
    const guest = await findGuest(instance);
    await device.agent().end('SIGTERM');
    expect(isRunning(guest?.pid ?? 0)).toBe(true);
    await grantWorkspace(instance);
    await device.startAgent();
    const status = await eventually(
      () => device.workspace(),
      (now) => now.isReadyOffline,
      240_000,
    );
    expect(status.state).toBe('running');
    expect(await findGuest(instance)).toEqual(guest);
    const seen = await eventually(codes, (now) => now.includes('WORKSPACE-007'));
    expect(seen.filter((code) => code === 'IMAGE-002')).toHaveLength(1);
  });

  it('stops in an orderly way and is as its image at the next start, without any server', async () => {
    await instance.run('agent', 'stop', workspace);
    expect(await findGuest(instance)).toBeUndefined();
    await instance.server().end('SIGKILL');
    await instance.run('agent', 'start', workspace);
    expect(await device.workspace()).toMatchObject({ state: 'running', isReadyOffline: true });
    await instance.startServer();
    await instance.run('agent', 'sync');
    await expectAllEventsOnce();
  });

  it('keeps what a persistent guest was doing, until it is reset', async () => {
    await grantWorkspace(instance, { persistence: 'persistent', stopAction: 'save' });
    await instance.run('agent', 'sync');
    await instance.run('agent', 'stop', workspace);
    expect((await device.workspace()).state).toBe('saved');
    await instance.run('agent', 'start', workspace);
    const refused = await instance.try('agent', 'reset', workspace);
    expect(refused.stderr).toContain('WORKSPACE_BUSY');
    expect(refused.code).toBe(5);
    await instance.run('agent', 'stop', workspace, '--force');
    await instance.run('agent', 'reset', workspace);
    expect(await device.workspace()).toMatchObject({ state: 'stopped', failure: null });
    await expectAllEventsOnce();
    const seen = await deviceEvents(instance);
    const ends = seen.filter((event) => event.code === 'WORKSPACE-003').map((event) => event.fields['how']);
    expect(ends).toEqual(['shut-down', 'saved', 'powered-off']);
    expect(seen.map((event) => event.code)).toContain('WORKSPACE-008');
  });

  it('keeps the keys and the token out of what it writes', async () => {
    const log = device.agent().stderr();
    const token = (await readFile(join(instance.folder, 'token'), 'utf8')).trim();
    expect(log).not.toContain(token);
    expect(log).not.toContain('a password of ada');
  });
});
