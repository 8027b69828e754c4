import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkspaceStatus } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  grantWorkspace,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { inGuest } from './support/guest-shell.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { publishNewerTiny } from './support/newer-tiny.ts';

// The hours of a deadline are made short: the server has a clock of its own, which is set on, and is believed.

const made = new AsyncDisposableStack();
const hour = 3_600_000;
const persistent = { persistence: 'persistent', countdownSeconds: 5 } as const;

let serverClock: FakeClock;
let hostClock: FakeClock;
let instance: Instance;
let device: AgentDevice;
let agentEnv: Record<string, string>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-clocks-'));
  made.defer(() => rm(folder, { recursive: true }));
  serverClock = createFakeClock(folder, 'server');
  hostClock = createFakeClock(folder, 'host');
  agentEnv = { ...hostClock.env, TZ: 'Asia/Tokyo' };
  instance = made.use(await createInstance(serverClock.env));
  await publishTinyImage(instance);
  await grantWorkspace(instance, persistent);
  device = made.use(await createAgentDevice(instance, agentEnv));
  await instance.run('agent', 'start', workspace);
});

afterAll(() => made.disposeAsync());

/** The agent may be talking to the guest just then. */
const zoneIs = (...names: string[]): Promise<string> =>
  eventually(
    () => inGuest(instance, 'date +%Z').catch(String),
    (zone) => names.includes(zone),
  );
const statusOnceHere = (): Promise<WorkspaceStatus> =>
  eventually(
    () => device.workspace(),
    ({ update }) => update?.isHere === true,
  );
const writeNote = (): Promise<string> => inGuest(instance, 'echo mine > /root-note; sync; cat /root-note');
const readNote = (): Promise<string> => inGuest(instance, 'cat /root-note 2> /dev/null || echo none');

describe('a new version of the image of a workspace that keeps changes', () => {
  it('finds a guest in the time zone of the computer', async () => {
    await zoneIs('JST');
  });

  it('is fetched and told of, and changes nothing unasked', async () => {
    expect(await writeNote()).toBe('mine');
    await publishNewerTiny(instance, 2);
    await instance.run('agent', 'sync');
    const status = await statusOnceHere();
    expect(status).toMatchObject({
      state: 'running',
      imageVersion: 1,
      update: { version: 2, deadline: null, taken: 'when-agreed', stopsAt: null },
    });
    expect(await instance.run('agent', 'status')).toContain(`carrel agent update ${workspace}`);
    const refused = await instance.try('agent', 'update', workspace);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('UPDATE_NOT_CONFIRMED')]);
  });

  it('is taken at its deadline where it is forced, without a server, whatever is done to agent and clock', async () => {
    await grantWorkspace(instance, { ...persistent, updateMode: 'force', forceAfterHours: 1 });
    await instance.run('agent', 'sync');
    const { update } = await eventually(
      () => device.workspace(),
      (status) => typeof status.update?.deadline === 'string',
    );
    const deadlineMs = Date.parse(update?.deadline ?? '');
    expect(Math.abs(deadlineMs - Date.now() - hour)).toBeLessThan(hour / 2);
    serverClock.set(deadlineMs - 5_000);
    // The date in the server's answers, by which a device corrects itself, is made once a second.
    await sleep(1_500);
    await instance.run('agent', 'sync');

    await device.agent().end('SIGKILL');
    hostClock.set(Date.now() - 365 * 24 * hour);
    agentEnv['TZ'] = 'America/New_York';
    await device.startAgent();
    const { previous } = await eventually(
      () => device.workspace(),
      (status) => status.imageVersion === 2 && status.state === 'running',
      300_000,
    );
    expect(previous).toMatchObject({ version: 1 });
    await zoneIs('EST', 'EDT');
    expect(await readNote()).toBe('none');
    await instance.run('agent', 'stop', workspace);
    const refused = await instance.try('agent', 'go-back', workspace);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('UPDATE_FORCED')]);
  });

  it('gives the disk from before back to who goes back, and is offered again', async () => {
    hostClock.set(Date.now());
    await instance.login();
    await grantWorkspace(instance, persistent);
    await instance.run('agent', 'sync');
    await instance.run('agent', 'go-back', workspace);
    await instance.run('agent', 'start', workspace);
    const status = await statusOnceHere();
    expect(status).toMatchObject({ imageVersion: 1, update: { version: 2 }, previous: { version: 2 } });
    expect(await readNote()).toBe('mine');
  });

  it('is taken at rest when its person asks for it', async () => {
    await instance.run('agent', 'stop', workspace);
    await instance.run('agent', 'update', workspace, '--yes');
    const status = await device.workspace();
    expect(status).toMatchObject({ state: 'stopped', imageVersion: 2, previous: { version: 1 } });
    expect(status.update).toBeUndefined();
  });

  it('has told the server each time', async () => {
    const events = await eventually(
      () => deviceEvents(instance),
      (held) => held.filter(({ code }) => code === 'WORKSPACE-020').length >= 3,
    );
    const fieldsOf = (code: string, field: string): unknown[] =>
      events.filter((event) => event.code === code).map(({ fields }) => fields[field]);
    expect(fieldsOf('WORKSPACE-015', 'version')).toEqual([2, 2, 2]);
    expect(fieldsOf('WORKSPACE-017', 'why')).toEqual(['due']);
    expect(fieldsOf('WORKSPACE-018', 'why')).toEqual(['due']);
    expect(fieldsOf('WORKSPACE-019', 'version')).toEqual([2, 1]);
    expect(fieldsOf('WORKSPACE-020', 'version')).toEqual([1, 2, 1]);
    expect(fieldsOf('GUEST-003', 'reason')).toEqual([]);
    expect(fieldsOf('GUEST-004', 'reason')).toEqual([]);
  });
});
