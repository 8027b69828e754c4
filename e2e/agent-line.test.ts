import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyDisk } from '../packages/imaging/src/build/testing/tiny-disk.ts';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  findGuest,
  grantWorkspace,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { type CuttableLine, openLine } from './support/cuttable-line.ts';
import { eventually } from './support/eventually.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { compareLocalCopy, localCopies } from './support/local-copy.ts';
import type { CommandResult } from './support/run-carrel.ts';
import { contentOf, diskKeyOf, readStoredLease } from './support/stored-lease.ts';

const made = new AsyncDisposableStack();
let instance: Instance;
let line: CuttableLine;
let device: AgentDevice;

beforeAll(async () => {
  instance = made.use(await createInstance());
  await publishTinyImage(instance);
  // Slow enough that the line is cut in the middle of a boot; the stream waits until the end.
  await grantWorkspace(instance, { transferRate: '1M' });
  line = made.use(await openLine(instance.url));
  device = made.use(await createAgentDevice(instance, {}, line.url));
});

afterAll(() => made.disposeAsync());

/** Waits until the guest has read so much more of its image, and is not up yet. */
async function readOn(bytes: number): Promise<void> {
  const before = line.receivedBytes();
  await eventually(
    () => Promise.resolve(line.receivedBytes()),
    (now) => now > before + bytes,
  );
  expect(await device.workspace()).toMatchObject({ guestBootSeconds: null, failure: null });
}

/** A failed access would have stopped the guest, and that would have been told. */
async function expectNoTrouble(): Promise<void> {
  await instance.run('agent', 'sync');
  const codes = (await deviceEvents(instance)).map(({ code }) => code);
  expect(codes).not.toContain('WORKSPACE-004');
  expect(codes).not.toContain('GUEST-001');
}

describe('a boot while the image streams', () => {
  let pid = 0;
  let started: Promise<CommandResult>;

  it('waits while the line is cut for a minute, and goes on', async () => {
    started = instance.try('agent', 'start', workspace);
    const guest = await eventually(
      () => findGuest(instance),
      (found) => found !== undefined,
    );
    pid = guest?.pid ?? 0;
    await readOn(512 * 1024);
    line.cut();
    const atCut = line.receivedBytes();
    await sleep(60_000);
    expect(line.receivedBytes()).toBe(atCut);
    expect(await findGuest(instance)).toEqual({ pid });
    line.mend();
    await readOn(256 * 1024);
    expect(await findGuest(instance)).toEqual({ pid });
  });

  it('waits while its agent is killed and started again, and comes up', async () => {
    await device.agent().end('SIGKILL');
    // Who waited for the start has lost the agent; the start goes on all the same.
    expect((await started).stderr).toContain('AGENT_UNREACHABLE');
    await sleep(5_000);
    expect(await findGuest(instance)).toEqual({ pid });
    await device.startAgent();
    const status = await eventually(
      () => device.workspace(),
      (now) => now.state === 'running',
    );
    expect(status).toMatchObject({ failure: null, isReadyOffline: false });
    expect(await findGuest(instance)).toEqual({ pid });
    await expectNoTrouble();
  });

  it('leaves a whole copy, equal to the image, that boots without any line', async () => {
    await grantWorkspace(instance);
    await instance.run('agent', 'sync');
    await instance.run('agent', 'pull', workspace);
    const { receipt, isReadyOffline } = await device.workspace();
    expect(isReadyOffline).toBe(true);
    expect(receipt).toMatchObject({ version: 1, isComplete: true, copiesBytes: 0, hostFilesBytes: 0 });
    expect(receipt?.repositoryBytes).toBeGreaterThan(1024 ** 2);
    const [complete] = (await deviceEvents(instance)).filter(({ code }) => code === 'IMAGE-002');
    expect(complete?.fields['repositoryBytes']).toBe(receipt?.repositoryBytes);
    await instance.run('agent', 'stop', workspace, '--force');
    line.cut();
    await instance.server().end('SIGKILL');
    await instance.run('agent', 'start', workspace);
    expect(await device.workspace()).toMatchObject({ state: 'running', isReadyOffline: true });
    await instance.run('agent', 'stop', workspace, '--force');
    const [copy = ''] = await localCopies(join(instance.folder, 'agent'));
    const diskKey = await diskKeyOf(instance, contentOf(readStoredLease(instance)));
    const { heldBytes, wrongAt } = await compareLocalCopy(copy, diskKey, await tinyDisk());
    expect(wrongAt).toEqual([]);
    expect(heldBytes).toBeGreaterThan(1024 ** 2);
  });
});
