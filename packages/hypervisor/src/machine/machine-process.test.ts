import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inspectDisk } from '../disks/inspect.ts';
import { isAlive, probeHost } from '../host/index.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { createTestImage, serveTestImage, type TestExport, type TestImage } from '../testing/test-image.ts';
import {
  prepareTestMachine,
  programs,
  temporaryFolder,
  testKey,
  testRunAs,
  waitForConsole,
} from '../testing/test-machine.ts';
import { adoptMachine } from './adopt.ts';
import type { MachineEvent, MachineHandle } from './handle.ts';
import { killProcess } from './process-end.ts';
import { hasSavedState } from './saved-state.ts';
import type { MachineSpec } from './spec.ts';
import { startMachine } from './start.ts';
import { forgetMachine, readRecord } from './state-file.ts';

const run = promisify(execFile);

describe('a machine', { timeout: 120_000 }, () => {
  const root = Promise.withResolvers<Awaited<ReturnType<typeof temporaryFolder>>>();
  const opened: (() => Promise<unknown>)[] = [];
  let image: TestImage;
  let count = 0;

  beforeAll(async () => {
    root.resolve(await temporaryFolder());
    image = await createTestImage(`${(await root.promise).path}/image.raw`);
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await (await root.promise)[Symbol.asyncDispose]();
  });

  async function prepare(
    changes: Partial<MachineSpec> = {},
  ): Promise<{ spec: MachineSpec; server: TestExport }> {
    const folder = `${(await root.promise).path}/m${(count += 1)}`;
    const spec = await prepareTestMachine(folder, image, changes);
    const server = await serveTestImage(image, machinePaths(folder).imageSocket, testRunAs);
    opened.push(() => server.kill());
    return { spec, server };
  }

  async function start(spec: MachineSpec): Promise<{ machine: MachineHandle; events: MachineEvent[] }> {
    const machine = await startMachine(spec, { diskKey: testKey });
    opened.push(async () => {
      const record = await readRecord(spec.folder);
      if (record) await killProcess(record.identity);
      await machine.detach();
    });
    const events: MachineEvent[] = [];
    machine.subscribe((event) => events.push(event));
    return { machine, events };
  }

  it('boots from the image and shuts down when asked', async () => {
    const { spec } = await prepare();
    const { machine, events } = await start(spec);
    expect(machine.state).toEqual({ kind: 'running' });
    await waitForConsole(machine, (text) => text.includes('boot\n0000\n0001'));

    expect(await machine.stop({ mode: 'shutdown' })).toEqual({ how: 'shut-down' });

    expect(machine.state).toEqual({ kind: 'ended', end: { how: 'shut-down' } });
    expect(events.at(-1)).toEqual({ kind: 'ended', end: { how: 'shut-down' } });
    expect(await adoptMachine(spec.folder)).toEqual({ kind: 'ended', end: { how: 'shut-down' } });
    await forgetMachine(spec.folder);
    expect(await adoptMachine(spec.folder)).toEqual({ kind: 'none' });
  });

  it('goes on from a saved state, once', async () => {
    const { spec } = await prepare();
    const { machine } = await start(spec);
    const before = await waitForConsole(machine, (text) => text.includes('0005\n'));
    const job = await machine.streamImage({ rateBytesPerSecond: 1024 ** 2 });
    expect(await machine.stop({ mode: 'save' })).toEqual({ how: 'saved' });
    expect(await job?.outcome).toEqual({ kind: 'interrupted', reason: 'it was cancelled' });
    expect(await hasSavedState(spec.folder)).toBe(true);

    const { machine: resumed } = await start({ ...spec, memoryMiB: 96 });
    expect(resumed.isResumed).toBe(true);
    const after = await waitForConsole(resumed, (text) => /\n[0-9a-f]{4}\n/.test(text));
    expect(after).not.toContain('boot');
    expect(lastCount(after)).toBeGreaterThanOrEqual(lastCount(before));
    expect(await hasSavedState(spec.folder)).toBe(false);

    expect(await resumed.stop({ mode: 'power-off' })).toEqual({ how: 'powered-off' });
    const { machine: fresh } = await start(spec);
    expect(fresh.isResumed).toBe(false);
    await waitForConsole(fresh, (text) => text.includes('boot'));
  });

  it('survives its keeper and is taken over', async () => {
    const { spec } = await prepare();
    const { machine } = await start(spec);
    await waitForConsole(machine, (text) => text.includes('boot'));
    await machine.detach();

    const adoption = await adoptMachine(spec.folder);
    if (adoption.kind !== 'running') throw new Error(`adoption gave ${adoption.kind}`);
    expect(adoption.handle.pid).toBe(machine.pid);
    expect(adoption.handle.state).toEqual({ kind: 'running' });
    expect(await adoption.handle.stop({ mode: 'shutdown' })).toEqual({ how: 'shut-down' });
  });

  it('says how it ended while nobody watched', async () => {
    const { spec } = await prepare();
    const { machine } = await start(spec);
    await machine.detach();
    process.kill(machine.pid, 'SIGTERM');
    const record = await readRecord(spec.folder);
    while (record && (await isAlive(record.identity)))
      await new Promise((resolve) => setTimeout(resolve, 20));

    const adoption = await adoptMachine(spec.folder);
    if (adoption.kind !== 'ended' || adoption.end.how !== 'crashed') throw new Error('it did not crash');
    expect(adoption.end.error.code).toBe('QEMU_EXITED');
    expect(adoption.end.error.message).toContain('terminating on signal 15');
  });

  it('reports a killed process as a crash', async () => {
    const { spec } = await prepare();
    const { machine } = await start(spec);
    process.kill(machine.pid, 'SIGKILL');
    const end = await machine.ended;
    expect(end.how).toBe('crashed');
  });

  it('powers off a guest that does not listen, after the grace or when hastened', async () => {
    const { spec } = await prepare();
    const { machine } = await start(spec);
    // In its boot loader already, but its loop has not begun: no power button there.
    await machine.pause();
    expect(machine.state).toEqual({ kind: 'paused', reason: 'requested' });
    const slow = machine.stop({ mode: 'shutdown', graceMs: 3_600_000 });
    const fast = await machine.stop({ mode: 'power-off' });
    expect(['powered-off', 'shut-down']).toContain(fast.how);
    expect(await slow).toEqual(fast);
  });

  it('brings the image in under the running guest, lets go of the export, and needs it no more', async () => {
    const { spec, server } = await prepare();
    const { machine, events } = await start(spec);
    const job = await machine.streamImage({ rateBytesPerSecond: 0 });
    expect(await job?.outcome).toEqual({ kind: 'completed' });
    expect(events).toContainEqual({ kind: 'image-complete' });
    expect(await machine.streamImage({ rateBytesPerSecond: 0 })).toBeUndefined();
    await server.kill();

    const seen = lastCount(await waitForConsole(machine, (text) => /\n[0-9a-f]{4}\n/.test(text)));
    await waitForConsole(machine, (text) => lastCount(text) > seen);
    expect(await machine.stop({ mode: 'shutdown' })).toEqual({ how: 'shut-down' });
    expect((await inspectDisk(programs.img, spec.disks.basePath)).isStandalone).toBe(true);
    const { machine: again } = await start({ ...spec, disks: { ...spec.disks, source: undefined } });
    await waitForConsole(again, (text) => text.includes('0001'));
  });

  it('holds the guest while the export is away, also over a change of keeper', async () => {
    const { spec, server } = await prepare();
    const { machine, events } = await start(spec);
    await waitForConsole(machine, (text) => text.includes('0002\n'));
    await server.kill();
    await machine.detach();

    const adoption = await adoptMachine(spec.folder);
    if (adoption.kind !== 'running') throw new Error(`adoption gave ${adoption.kind}`);
    const { handle } = adoption;
    const server2 = await serveTestImage(image, machinePaths(spec.folder).imageSocket, testRunAs);
    opened.push(() => server2.kill());
    const seen = lastCount(await waitForConsole(handle, (text) => /\n[0-9a-f]{4}\n/.test(text)));
    await waitForConsole(handle, (text) => lastCount(text) > seen + 1);
    expect(handle.state).toEqual({ kind: 'running' });
    expect(events.filter((event) => event.kind === 'guest-paused')).toEqual([]);
    await handle.stop({ mode: 'power-off' });
  });

  it.skipIf(process.getuid?.() !== 0)('goes on from a saved state on another network', async () => {
    const adapter = `clm${process.pid}`;
    await run('ip', ['link', 'add', adapter, 'type', 'veth', 'peer', 'name', `${adapter}p`]);
    opened.push(() => run('ip', ['link', 'del', adapter]));
    await run('ip', ['link', 'set', `${adapter}p`, 'up']);
    await run('ip', ['link', 'set', adapter, 'up']);
    const links = async (): Promise<string> =>
      (await run('ip', ['-brief', 'link', 'show', 'type', 'macvtap'])).stdout;
    const identity = 'a device/a workspace';
    const nat = { mode: 'nat', card: 'virtio', identity } as const;
    const bridge = { mode: 'bridge', card: 'virtio', identity, adapters: [adapter] } as const;
    const { spec } = await prepare();
    const { machine: first } = await start({ ...spec, network: nat });
    await first.stop({ mode: 'save' });
    const { machine: second } = await start({ ...spec, network: bridge });
    expect(await links()).toContain(`@${adapter} `);
    await second.stop({ mode: 'save' });
    expect(await links()).not.toContain(`@${adapter} `);
    const { machine: third } = await start({ ...spec, network: nat });
    expect([second, third].map(({ isResumed }) => isResumed)).toEqual([true, true]);
    expect([first, second, third].map(({ network }) => network.mode)).toEqual(['nat', 'bridge', 'nat']);
    expect(third.network.cardAddresses).toEqual(first.network.cardAddresses);
    await third.stop({ mode: 'power-off' });
  });

  it('shows its screen', async () => {
    const { spec } = await prepare();
    const { machine } = await start(spec);
    const picture = await machine.screenshot();
    expect(Buffer.from(picture.subarray(0, 8)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  });

  it('starts with every kind of hardware, and unwatched screens', async () => {
    const { spec } = await prepare();
    const { uefi } = await probeHost();
    const e1000 = { mode: 'nat', card: 'e1000', identity: 'a guest' } as const;
    const kinds: Partial<MachineSpec>[] = [
      { diskBus: 'ide', network: { mode: 'none' }, cpus: 2 },
      { diskBus: 'sata', guestOs: 'windows', network: e1000, display: 'vnc' },
      { guestOs: 'linux', hasGuestAgent: true, ...(uefi && { firmware: { kind: 'uefi', ...uefi } }) },
    ];
    for (const kind of kinds) {
      const { machine } = await start({ ...spec, ...kind });
      expect(machine.state).toEqual({ kind: 'running' });
      if (kind.hasGuestAgent) {
        await expect(machine.guestAgent({ timeoutMs: 50 })).rejects.toMatchObject({
          code: 'GUEST_AGENT_SILENT',
        });
      }
      expect(await machine.stop({ mode: 'power-off' })).toEqual({ how: 'powered-off' });
    }
  });

  it.skipIf(process.getuid?.() !== 0)('holds the guest while the disk of the host is full', async () => {
    const folder = `${(await root.promise).path}/m${(count += 1)}`;
    await mkdir(folder);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]);
    opened.push(() => run('umount', ['-l', folder]));
    const spec = await prepareTestMachine(folder, image);
    const server = await serveTestImage(image, machinePaths(folder).imageSocket, testRunAs);
    opened.push(() => server.kill());
    const { machine, events } = await start(spec);
    while (machine.state.kind !== 'paused') await new Promise((resolve) => setTimeout(resolve, 50));
    expect(machine.state).toEqual({ kind: 'paused', reason: 'disk-full' });
    expect(events).toContainEqual({ kind: 'guest-paused', reason: 'disk-full' });

    const seen = lastCount(await machine.readConsole());
    await run('mount', ['-o', 'remount,size=200m', folder]);
    await machine.resume();
    await waitForConsole(machine, (text) => lastCount(text) > seen);
    expect(machine.state).toEqual({ kind: 'running' });
    await machine.stop({ mode: 'power-off' });
  });

  it('refuses a second start, a start without the source it needs, and a wrong key', async () => {
    const { spec } = await prepare();
    const withoutSource = { ...spec, disks: { ...spec.disks, source: undefined } };
    await expect(startMachine(withoutSource, { diskKey: testKey })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
    });
    const wrong = startMachine(spec, { diskKey: testKey.map((byte) => byte ^ 1) });
    await expect(wrong).rejects.toMatchObject({ code: 'QEMU_START_FAILED' });
    expect(await readRecord(spec.folder)).toBeUndefined();
    await start(spec);
    await expect(startMachine(spec, { diskKey: testKey })).rejects.toMatchObject({
      code: 'QEMU_START_FAILED',
    });
  });
});

function lastCount(text: string): number {
  const counts = [...text.matchAll(/^([0-9a-f]{4})$/gm)].map((match) => Number.parseInt(match[1] ?? '', 16));
  return counts.at(-1) ?? -1;
}
