import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { mustRun } from '../nbd/testing/run.ts';
import { makeScratch } from '../nbd/testing/scratch.ts';
import { openSource } from './index.ts';
import { content, convert, makeRaw, mebibyte } from './testing/disks.ts';

/** Machines that run tests are busy. */
const patiently = { timeout: 20_000 };

describe('opening a source', () => {
  test.each([
    ['qcow2', 'qcow2', []],
    ['qcow2', 'qcow2', ['-c']],
    ['vpc', 'vhd', ['-o', 'force_size=on']],
    ['vpc', 'vhd', ['-o', 'subformat=fixed,force_size=on']],
    ['vhdx', 'vhdx', []],
    ['vmdk', 'vmdk', []],
    ['vmdk', 'vmdk', ['-o', 'subformat=monolithicFlat']],
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
  ] as const)('%s (%s %j) reads as the disk it holds', async (qemuFormat, format, options) => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, qemuFormat, ...options);
    await using source = await openSource(path);
    expect(source).toMatchObject({ format, formatFoundBy: 'signature', sizeBytes: content.length });
    expect(source.allocatedBytes).toBeGreaterThan(mebibyte);
    expect(Buffer.compare(await source.read(0, content.length), content)).toBe(0);
    let at = 0;
    for await (const extent of source.extents(0, content.length)) {
      expect(extent.offsetBytes).toBe(at);
      at += extent.lengthBytes;
      if (extent.kind === 'zero') {
        expect(content.subarray(extent.offsetBytes, at).every((byte) => byte === 0)).toBe(true);
      }
    }
    expect(at).toBe(content.length);
  });

  test('a raw file is what its bytes are, also when its size is no whole sector', async () => {
    await using scratch = await makeScratch();
    const path = await makeRaw(scratch, content.subarray(0, mebibyte + 100));
    await using source = await openSource(path);
    expect(source).toMatchObject({ format: 'raw', formatFoundBy: 'default', sizeBytes: mebibyte + 100 });
    const tail = await source.read(mebibyte, 100);
    expect(Buffer.compare(tail, content.subarray(mebibyte, mebibyte + 100))).toBe(0);
  });

  test('a disk that carries the header of another format is raw when that is asked for', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'qcow2');
    await using source = await openSource(path, { format: 'raw' });
    expect(source).toMatchObject({
      format: 'raw',
      formatFoundBy: 'option',
      sizeBytes: (await stat(path)).size,
    });
    expect(Buffer.from(await source.read(0, 4)).toString('latin1')).toBe('QFI\xfb');
  });

  test('a block device is a raw disk', async () => {
    if (process.getuid?.() !== 0) return;
    await using scratch = await makeScratch();
    const device = (await mustRun('losetup', '--find', '--show', await makeRaw(scratch))).trim();
    try {
      await using source = await openSource(device);
      expect(source).toMatchObject({ format: 'raw', sizeBytes: content.length });
      expect(Buffer.compare(await source.read(0, content.length), content)).toBe(0);
    } finally {
      await mustRun('losetup', '-d', device);
    }
  });

  test('qemu-nbd ends with the source, and when this process is killed', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'qcow2');
    const source = await openSource(path);
    expect(await servers(path)).toHaveLength(1);
    await source[Symbol.asyncDispose]();
    expect(await servers(path)).toEqual([]);

    const module = new URL('./index.ts', import.meta.url).href;
    const script = `const { openSource } = await import(${JSON.stringify(module)});
      await openSource(${JSON.stringify(path)}); console.log('open'); setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(child.stdout, 'data');
    const pids = await servers(path);
    expect(pids).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect.poll(() => servers(path), patiently).toEqual([]);
  });
});

describe('what is no disk', () => {
  test('is told apart', async () => {
    await using scratch = await makeScratch();
    const refusal = (name: string): Promise<unknown> => openSource(scratch.path(name));
    await expect(refusal('missing')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await mkdir(scratch.path('folder'));
    await expect(refusal('folder')).rejects.toMatchObject({ code: 'SOURCE_NOT_A_DISK' });
    await writeFile(scratch.path('empty'), '');
    await expect(refusal('empty')).rejects.toMatchObject({ code: 'SOURCE_NOT_A_DISK' });
    await mustRun('mkfifo', scratch.path('pipe'));
    await expect(refusal('pipe')).rejects.toMatchObject({ code: 'SOURCE_NOT_A_DISK' });
    await using server = createServer().listen(scratch.path('socket'));
    await once(server, 'listening');
    await expect(refusal('socket')).rejects.toMatchObject({ code: 'SOURCE_NOT_A_DISK' });
    await mustRun('sh', '-c', `echo hello | gzip > ${scratch.path('disk.gz')}`);
    await expect(refusal('disk.gz')).rejects.toMatchObject({
      code: 'SOURCE_NOT_A_DISK',
      message: expect.stringContaining('gzip') as string,
    });
    await mustRun('qemu-img', 'create', '-q', '-f', 'vdi', scratch.path('disk.vdi'), '1M');
    await expect(refusal('disk.vdi')).rejects.toMatchObject({ code: 'SOURCE_NOT_SUPPORTED' });
  });

  test('missing programs are named', async () => {
    await using scratch = await makeScratch();
    const opening = openSource(await makeRaw(scratch), { toolPath: scratch.path('nowhere') });
    await expect(opening).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      details: { tool: 'qemu-img', package: 'qemu-utils' },
    });
  });
});

describe('a damaged source is found before its data is used', () => {
  test.each([
    ['qcow2', 'qcow2', [0.5, 0.9]],
    ['vpc', 'vhd', [0.5, 0.9]],
    ['vhdx', 'vhdx', [0.5, 0.7]],
    ['vmdk', 'vmdk', [0.5, 0.9]],
  ] as const)('a cut-off %s', async (qemuFormat, extension, shares) => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, qemuFormat);
    const { size } = await stat(path);
    // The last block of this VHDX reaches past the end of the disk: a little less of it is no loss.
    const nearEnd = qemuFormat === 'vhdx' ? [] : [size - 5000, size - 512];
    for (const lengthBytes of [...shares.map((share) => Math.floor(size * share)), ...nearEnd]) {
      const cut = scratch.path(`cut.${extension}`);
      await copyFile(path, cut);
      await truncate(cut, lengthBytes);
      await expect(openSource(cut), `${lengthBytes} of ${size}`).rejects.toMatchObject({
        code: 'SOURCE_DAMAGED',
      });
    }
  });

  test('a cut-off data file of a VMDK', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'vmdk', '-o', 'subformat=monolithicFlat');
    await truncate(scratch.path('disk-flat.vmdk'), content.length - 512);
    await expect(openSource(path)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });

  test('a cut-off VHD of fixed size is not taken for a raw disk', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'vpc', '-o', 'subformat=fixed,force_size=on');
    await truncate(path, 5 * mebibyte);
    await expect(openSource(path)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });

  test('garbage behind a qcow2 header', async () => {
    await using scratch = await makeScratch();
    const path = scratch.path('bad');
    await writeFile(
      path,
      Buffer.concat([Buffer.from('QFI\xfb\0\0\0\x03', 'latin1'), Buffer.alloc(4096, 0xff)]),
    );
    await expect(openSource(path)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });

  test('a raw file that is cut short while it is read', async () => {
    await using scratch = await makeScratch();
    const path = await makeRaw(scratch);
    await using source = await openSource(path);
    await source.read(0, 4096);
    await truncate(path, mebibyte);
    await expect(source.read(8 * mebibyte, 4096)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });

  test('a compressed cluster that cannot be unpacked', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'qcow2', '-c');
    const bytes = await readFile(path);
    bytes.fill(0xee, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 100_000);
    await writeFile(path, bytes);
    await using source = await openSource(path);
    await expect(source.read(0, source.sizeBytes)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
  });

  test('a disk that a running machine writes to', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'qcow2');
    const writer = spawn('qemu-nbd', ['-f', 'qcow2', '-t', '-k', scratch.path('s'), path], {
      stdio: 'ignore',
    });
    try {
      await expect
        .poll(() =>
          stat(scratch.path('s')).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
      await expect(openSource(path)).rejects.toMatchObject({ code: 'SOURCE_IN_USE', retryable: true });
    } finally {
      writer.kill();
      await once(writer, 'exit');
    }
  });
});

/** The processes of qemu-nbd that have the path on their command line. */
async function servers(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Processes come and go while we look.
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return commandLine.includes('qemu-nbd') && commandLine.includes(path) ? [pid] : [];
    }),
  );
  return found.flat();
}
