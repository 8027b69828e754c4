import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ImageReceipt, workspaceStatusSchema } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  grantWorkspace,
  person,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { publishTiny } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { writeMedium } from './support/medium.ts';

const run = promisify(execFile);
const made = new AsyncDisposableStack();
const mib = 1024 ** 2;
const isRoot = process.getuid?.() === 0;
let instance: Instance;
let device: AgentDevice;
let store: string;

beforeAll(async () => {
  instance = made.use(await createInstance());
  await publishTiny(instance, 1);
  await grantWorkspace(instance);
  store = join(instance.folder, 'agent');
  await mkdir(store, { mode: 0o700 });
  if (isRoot) {
    // A disk of its own that tests can fill.
    await run('mount', ['-t', 'tmpfs', '-o', 'size=700m,mode=0700', 'tmpfs', store]);
    made.defer(async () => {
      await run('umount', ['-l', store]);
    });
  }
  device = made.use(await createAgentDevice(instance));
});

afterAll(() => made.disposeAsync());

/** Pulls and gives what the image was made of. */
async function pull(...args: readonly string[]): Promise<(ImageReceipt | undefined)[]> {
  const output = await instance.run('agent', 'pull', ...args, '--json');
  const lines = output.trim().split('\n');
  return lines.map((line) => workspaceStatusSchema.parse(JSON.parse(line)).receipt);
}

/** Publishes an image of random data, with a key of its own. */
async function publishOther(name: string): Promise<void> {
  const disk = join(instance.folder, `${name}.raw`);
  await writeFile(disk, randomBytes(mib));
  await instance.run('image', 'pack', disk, '--to', `${instance.url}/${name}:1`);
  await instance.run('image', 'publish', `${instance.url}/${name}:1`, '--as', name);
}

/** Gives the person one more workspace. */
async function grantAnother(name: string, image: string, transferRate = 'unlimited'): Promise<void> {
  const file = join(instance.folder, 'another.json');
  const policy = { delivery: { useHostFiles: false, transferRate } };
  await writeFile(file, JSON.stringify({ name, image, policy, assignments: [{ user: person }] }));
  await instance.run('workspace', 'apply', '-f', file);
  await instance.run('agent', 'sync');
}

describe('images coming to a computer', () => {
  it.skipIf(!isRoot)('are not begun where there is no room, and say how much is missing', async () => {
    await run('mount', ['-o', 'remount,size=300m', store]);
    const refused = await instance.try('agent', 'pull', workspace);
    expect(refused.stderr).toContain('STORE_SPACE_SHORT');
    expect(refused.stderr).toMatch(/needs 1\.0 MiB more/);
    expect((await device.workspace()).failure).toMatchObject({ code: 'STORE_SPACE_SHORT' });
    await run('mount', ['-o', 'remount,size=700m', store]);
  });

  it('wait while a person paused them, also after a restart of the agent', async () => {
    await instance.run('agent', 'pause');
    await device.agent().end('SIGKILL');
    await device.startAgent();
    expect((await device.status()).transfers).toEqual({ isPaused: true });
    const pulling = instance.try('agent', 'pull', workspace);
    await eventually(
      () => device.workspace(),
      ({ state }) => state === 'fetching',
    );
    expect((await device.workspace()).isReadyOffline).toBe(false);
    await instance.run('agent', 'resume');
    const { code, stderr } = await pulling;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('ready for offline use');
    expect(stderr).toMatch(/1\.0 MiB downloaded/);
    const codes = (await deviceEvents(instance)).filter((event) => event.code === 'AGENT-007');
    expect(codes.map(({ fields }) => fields['state'])).toEqual(['paused', 'resumed']);
  });

  it('are not downloaded again for another workspace', async () => {
    await grantAnother('Second desk', 'tiny');
    const receipts = await pull('--all');
    expect(receipts).toHaveLength(2);
    const other = receipts.find((receipt) => receipt?.copiesBytes !== 0);
    expect(other).toMatchObject({ isComplete: true, copiesBytes: mib });
    // Not even the index, which is kept on the computer.
    expect(other?.repositoryBytes).toBe(0);
  });

  it('come from a medium that was brought along, and from nowhere else', async () => {
    await publishOther('other');
    await grantAnother('Third desk', 'other');
    const medium = join(instance.folder, 'medium');
    await writeMedium(join(instance.folder, 'server/repository'), medium);
    const [receipt] = await pull('Third desk', '--from', medium);
    // What the image is, was asked of the server; what it holds, was not.
    expect(receipt?.repositoryBytes).toBeLessThan(16 * 1024);
    expect(receipt).toMatchObject({ isComplete: true, copiesBytes: 0 });
    expect(receipt?.stagedBytes).toBeGreaterThan(mib);
  });

  it.skipIf(!isRoot)('stand still while the disk is full, and go on when there is room', async () => {
    await publishOther('slow');
    await grantAnother('Fourth desk', 'slow', '32K');
    const look = async () =>
      (await device.status()).workspaces.find(({ workspaceName }) => workspaceName === 'Fourth desk');
    const pulling = instance.try('agent', 'pull', 'Fourth desk');
    await eventually(look, (now) => (now?.fetch?.downloadedBytes ?? 0) > 0);
    const filler = join(store, 'filler');
    await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']).catch(() => undefined);
    const full = await eventually(look, (now) => now?.failure?.code === 'DISK_FULL');
    expect(full?.isReadyOffline).toBe(false);
    await rm(filler);
    const { code, stderr } = await pulling;
    expect(code, stderr).toBe(0);
    expect(await look()).toMatchObject({ imageVersion: 1, isReadyOffline: true, failure: null });
  });
});
