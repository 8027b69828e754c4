import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SecretFile } from '../host/index.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { createTestImage, serveTestImage, type TestExport, type TestImage } from '../testing/test-image.ts';
import {
  prepareTestMachine,
  programs,
  temporaryFolder,
  testKey,
  testRunAs,
} from '../testing/test-machine.ts';
import { createOverlayDisk } from './create.ts';
import { diskPassphrase } from './disk-key.ts';
import { exportBase } from './export-base.ts';
import { checkDisk, inspectDisk } from './inspect.ts';
import { prepareDisks } from './prepare.ts';
import { type OfflineStreamJob, streamOffline } from './stream-offline.ts';

const run = promisify(execFile);

describe('disks', { timeout: 120_000 }, () => {
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

  async function newFolder(): Promise<string> {
    return `${(await root.promise).path}/d${(count += 1)}`;
  }

  async function serve(folder: string): Promise<TestExport> {
    const server = await serveTestImage(image, machinePaths(folder).imageSocket, testRunAs);
    opened.push(() => server.kill());
    return server;
  }

  async function stream(folder: string, rateBytesPerSecond = 0): Promise<OfflineStreamJob> {
    const { basePath, imageSocket } = machinePaths(folder);
    const source = { socketPath: imageSocket, exportName: '' };
    const options = { programs, folder, basePath, source, diskKey: testKey, runAs: testRunAs };
    const job = await streamOffline({ ...options, rateBytesPerSecond });
    opened.push(async () => job[Symbol.asyncDispose]());
    return job;
  }

  it('are encrypted, marked as incomplete, and kept when they are there', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    const base = await inspectDisk(programs.img, disks.basePath);
    expect(base).toMatchObject({ format: 'qcow2', isEncrypted: true, isStandalone: false, isCorrupt: false });
    expect(base.virtualSizeBytes).toBe(image.virtualSizeBytes);
    expect((await stat(disks.basePath)).mode & 0o777).toBe(0o600);

    const before = await stat(disks.overlayPath);
    await prepareTestMachine(folder, image);
    expect((await stat(disks.overlayPath)).ino).toBe(before.ino);
    expect(await checkDisk(programs.img, disks.overlayPath, testKey, { runAs: testRunAs })).toEqual({
      corruptions: 0,
      leaks: 0,
    });
  });

  it('bring an image in without a guest, equal byte for byte, and need no export then', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    await serve(folder);
    const job = await stream(folder);
    expect(await job.outcome).toEqual({ kind: 'completed' });
    expect(await job.progress()).toBeUndefined();

    const base = await inspectDisk(programs.img, disks.basePath);
    expect(base.isStandalone).toBe(true);
    expect(base.actualSizeBytes).toBeLessThan(image.virtualSizeBytes / 2);
    expect(await compare(disks.basePath)).toContain('Images are identical');
    const again = await prepareTestMachine(folder, image);
    expect(again.disks.source).toBeUndefined();
    const text = await readFile(disks.basePath);
    expect(text.includes((await readFile(image.path)).subarray(1024 ** 2, 1024 ** 2 + 512))).toBe(false);
  });

  it('can be read decrypted at a socket, also while another process holds them for writing', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    await serve(folder);
    expect(await (await stream(folder)).outcome).toEqual({ kind: 'completed' });
    const options = { programs, folder, basePath: disks.basePath, diskKey: testKey, runAs: testRunAs };
    await using holder = await holdForWriting(disks.basePath);
    await using first = await exportBase(options);
    await using second = await exportBase(options);
    for (const { socketPath } of [first, second]) {
      const url = `nbd+unix:///?socket=${socketPath}`;
      const { stdout } = await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', url, image.path]);
      expect(stdout).toContain('Images are identical');
      await expect(run('qemu-io', ['-f', 'raw', '-c', 'write 0 4k', url])).rejects.toThrow();
    }
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    const left = await readdir(machinePaths(folder).guestFolder);
    expect(left.filter((name) => name.startsWith('export-'))).toEqual([]);
    expect(holder.hasEnded()).toBe(false);
  });

  it('refuse to be read with a wrong key', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    const options = { programs, folder, basePath: disks.basePath, runAs: testRunAs };
    const opening = exportBase({ ...options, diskKey: new Uint8Array(32) });
    await expect(opening).rejects.toMatchObject({ code: 'QEMU_START_FAILED' });
    const left = await readdir(machinePaths(folder).guestFolder);
    expect(left.filter((name) => name.startsWith('export-'))).toEqual([]);
  });

  it('stream at the pace asked for, pause, resume, give up, and go on with what is missing', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    await serve(folder);
    const slow = await stream(folder, 1024 ** 2);
    await slow.pause();
    const paused = await slow.progress();
    expect(paused).toMatchObject({ state: 'paused', totalBytes: image.virtualSizeBytes });
    expect(paused?.doneBytes).toBeLessThan(image.virtualSizeBytes);
    await slow.resume();
    expect((await slow.progress())?.state).toBe('running');
    await slow.cancel();
    expect(await slow.outcome).toEqual({ kind: 'interrupted', reason: 'it was cancelled' });
    const partly = await inspectDisk(programs.img, disks.basePath);
    expect(partly.isStandalone).toBe(false);

    const rest = await stream(folder, 1024 ** 2);
    await rest.setRate(0);
    expect(await rest.outcome).toEqual({ kind: 'completed' });
    expect(await compare(disks.basePath)).toContain('Images are identical');
  });

  it('end a job whose source stays away, without waiting for it, and without harm', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    const server = await serve(folder);
    const job = await stream(folder, 2 * 1024 ** 2);
    await server.kill();
    // Until the job waits in a read: its progress stands still then.
    for (let before = -1; ; ) {
      const done = (await job.progress())?.doneBytes ?? 0;
      if (done === before) break;
      before = done;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await job.cancel();
    expect(await job.outcome).toEqual({ kind: 'interrupted', reason: 'it was cancelled' });
    expect(await checkDisk(programs.img, disks.basePath, testKey, { runAs: testRunAs })).toMatchObject({
      corruptions: 0,
    });

    await serve(folder);
    expect(await (await stream(folder)).outcome).toEqual({ kind: 'completed' });
    expect(await compare(disks.basePath)).toContain('Images are identical');
  });

  it('say so when the export is not there', async () => {
    const folder = await newFolder();
    await prepareTestMachine(folder, image);
    await expect(stream(folder)).rejects.toMatchObject({ code: 'QEMU_START_FAILED' });
  });

  it('are as new after a reset', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    const before = await stat(disks.overlayPath);
    const { virtualSizeBytes } = image;
    const options = { programs, virtualSizeBytes, diskKey: testKey, runAs: testRunAs };
    await createOverlayDisk({ ...options, path: disks.overlayPath, basePath: disks.basePath });
    expect((await stat(disks.overlayPath)).ino).not.toBe(before.ino);
    const names = await readdir(machinePaths(folder).guestFolder);
    expect(names.filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('refuse a disk of another size, a damaged one, and a base that nothing can fill', async () => {
    const folder = await newFolder();
    const { disks } = await prepareTestMachine(folder, image);
    const larger = { ...image, virtualSizeBytes: image.virtualSizeBytes * 2 };
    await expect(prepareTestMachine(folder, larger)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    const options = { programs, folder, ...disks, diskKey: testKey, runAs: testRunAs, ...image };
    await expect(prepareDisks({ ...options, source: undefined })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
    });
    await truncate(disks.basePath, 100);
    await expect(prepareTestMachine(folder, image)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });

  it.skipIf(process.getuid?.() !== 0)('say so when there is no room, and leave nothing behind', async () => {
    const small = `${(await root.promise).path}/small`;
    await run('mkdir', ['-p', small]);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    opened.push(() => run('umount', [small]));
    await expect(prepareTestMachine(small, image)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(machinePaths(small).guestFolder)).toEqual([]);
  });

  /** Opens a base as the guest that streamed it still does. */
  async function holdForWriting(basePath: string): Promise<{ hasEnded(): boolean } & AsyncDisposable> {
    await using secret = await SecretFile.create(diskPassphrase(testKey), undefined);
    const disk = `driver=qcow2,encrypt.key-secret=k,file.filename=${basePath}`;
    const child = spawn('qemu-io', ['--object', 'secret,id=k,file=/dev/fd/3', '--image-opts', disk], {
      stdio: ['pipe', 'pipe', 'inherit', secret.fd],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // Its first prompt comes once the disk is open.
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    return {
      hasEnded: () => child.exitCode !== null,
      [Symbol.asyncDispose]: async () => {
        child.stdin?.end();
        await ended;
      },
    };
  }

  async function compare(basePath: string): Promise<string> {
    await using secret = await SecretFile.create(diskPassphrase(testKey), undefined);
    const base = `driver=qcow2,encrypt.key-secret=k,file.filename=${basePath}`;
    const child = spawn(
      'qemu-img',
      [
        'compare',
        '--object',
        'secret,id=k,file=/dev/fd/3',
        '--image-opts',
        `driver=raw,file.filename=${image.path}`,
        base,
      ],
      { stdio: ['ignore', 'pipe', 'inherit', secret.fd] },
    );
    const pieces: Buffer[] = [];
    for await (const piece of child.stdout ?? []) pieces.push(Buffer.from(piece as Uint8Array));
    return Buffer.concat(pieces).toString('utf8');
  }
});
