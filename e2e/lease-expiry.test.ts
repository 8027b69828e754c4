import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { createInstance, type Instance } from './support/instance.ts';

// A day is made short: the server has a clock of its own, which stands shortly before the end of a day that is over
// elsewhere, and is set on. The agent believes it at each contact; between contacts time is real.

const made = new AsyncDisposableStack();
const minute = 60_000;
const day = 86_400_000;
const endMs = Math.floor(Date.now() / day) * day;
const lastDay = new Date(endMs - 1).toISOString().slice(0, 10);
/** As long as a person would be given, so that the agent can be killed within. */
const countdownSeconds = 15;

let serverClock: FakeClock;
let hostClock: FakeClock;
let instance: Instance;
let device: AgentDevice;
let events: StoredEvent[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-clocks-'));
  made.defer(() => rm(folder, { recursive: true }));
  serverClock = createFakeClock(folder, 'server');
  hostClock = createFakeClock(folder, 'host');
  serverClock.set(endMs - 65 * minute);
  instance = made.use(await createInstance(serverClock.env));
  await publishTinyImage(instance);
  const persistent = { persistence: 'persistent', stopAction: 'save' } as const;
  await grantWorkspace(instance, { ...persistent, countdownSeconds, expiresOn: lastDay });
  device = made.use(await createAgentDevice(instance, hostClock.env));
  await instance.run('agent', 'start', workspace);
});

afterAll(() => made.disposeAsync());

/** The date in the server's answers, by which a device corrects itself, is made once a second. */
async function setServerClock(timeMs: number): Promise<void> {
  serverClock.set(timeMs);
  await sleep(1_500);
}

const entry = async () => {
  const [found] = (await device.status()).workspaces;
  if (!found) throw new Error('the agent holds no workspace');
  return found;
};
const fieldsOf = (code: string): StoredEvent['fields'][] =>
  events.filter((event) => event.code === code).map(({ fields }) => fields);
const secondsBetween = (from: unknown, to: unknown): number =>
  (Date.parse(String(to)) - Date.parse(String(from))) / 1000;

describe('the last day of a permission, while its guest runs', () => {
  it('warns an hour and ten minutes before it ends', async () => {
    const before = await entry();
    expect(before.state).toBe('running');
    expect(before.warning).toMatchObject({ code: 'LEASE_EXPIRED' });
    for (const beforeEndMs of [59 * minute, 9 * minute]) {
      await setServerClock(endMs - beforeEndMs);
      await instance.run('agent', 'sync');
      const { warning } = await eventually(entry, ({ warning: now }) => {
        const remaining = now?.remainingSeconds ?? Infinity;
        return remaining <= beforeEndMs / 1000;
      });
      expect(warning).toMatchObject({ code: 'LEASE_EXPIRED', at: new Date(endMs).toISOString() });
    }
  });

  it('counts down at its end, without a server, with the clock set back a year, and the agent killed meanwhile', async () => {
    await setServerClock(endMs - 8_000);
    await instance.run('agent', 'sync');
    await instance.server().end('SIGKILL');
    hostClock.set(Date.now() - 365 * day);
    const { countdown } = await eventually(entry, (now) => now.countdown !== null);
    expect(countdown?.code).toBe('LEASE_EXPIRED');
    expect(countdown?.remainingSeconds).toBeLessThanOrEqual(countdownSeconds);
    expect(await findGuest(instance)).toBeDefined();
    await device.agent().end('SIGKILL');
    await device.startAgent();
    await eventually(
      () => findGuest(instance),
      (guest) => guest === undefined,
    );
    expect(await eventually(entry, ({ state }) => state !== 'stopping')).toMatchObject({
      countdown: null,
      failure: { code: 'LEASE_EXPIRED' },
    });
  });

  it('refuses the next start, whatever the clock says', async () => {
    for (const timeMs of [Date.now() - 365 * day, Date.now()]) {
      hostClock.set(timeMs);
      const refused = await instance.try('agent', 'start', workspace);
      expect(refused.stderr).toContain('LEASE_EXPIRED');
      expect(refused.code).toBe(4);
    }
  });

  it('did so within 60 s of each moment due, in the time the server had told', async () => {
    serverClock.set(endMs + 5 * minute);
    await instance.startServer();
    await instance.run('agent', 'sync');
    await instance.login();
    events = await eventually(
      () => deviceEvents(instance),
      (held) => held.some(({ code }) => code === 'WORKSPACE-003'),
    );
    expect(fieldsOf('LEASE-003').length).toBeGreaterThanOrEqual(2);
    const [begun, ...others] = fieldsOf('LEASE-004');
    expect(others).toEqual([]);
    expect(begun).toMatchObject({ code: 'LEASE_EXPIRED', limitAt: new Date(endMs).toISOString() });
    expect(secondsBetween(begun?.['limitAt'], begun?.['noticedAt'])).toBeLessThan(60);
    const [ended] = fieldsOf('LEASE-006');
    expect(ended).toMatchObject({ code: 'LEASE_EXPIRED' });
    // Both are told by the agent's clock of that moment, which is corrected by some milliseconds between them.
    expect(Math.abs(secondsBetween(begun?.['noticedAt'], ended?.['dueAt']) - countdownSeconds)).toBeLessThan(
      1,
    );
    expect(secondsBetween(ended?.['dueAt'], ended?.['enforcedAt'])).toBeLessThan(60);
    expect(fieldsOf('WORKSPACE-003')).toEqual([{ workspace, how: 'saved' }]);
    expect(fieldsOf('AGENT-006').map((fields) => fields['direction'])).toContain('back');
  });
});
