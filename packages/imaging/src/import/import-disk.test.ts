import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importDisk, parseShare } from './import-disk.ts';

const run = promisify(execFile);
const sizeBytes = 24 * 1024 ** 2;

let folder = '';
let raw = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-import-test-'));
  raw = join(folder, 'disk.raw');
  const content = Buffer.alloc(sizeBytes);
  for (let at = 0; at < 4 * 1024 ** 2; at += 8) content.writeUInt32LE(at, at);
  content.fill(0xab, 16 * 1024 ** 2, 17 * 1024 ** 2);
  await writeFile(raw, content);
});
afterAll(() => rm(folder, { recursive: true }));

async function make(name: string, driver: string, ...options: string[]): Promise<string> {
  const path = join(folder, name);
  await run('qemu-img', ['convert', '-O', driver, ...options, raw, path]);
  return path;
}

describe('importDisk', () => {
  it.each([
    ['qcow2', 'qcow2', []],
    ['a compressed qcow2', 'qcow2', ['-c']],
    ['vhd', 'vpc', ['-o', 'subformat=dynamic,force_size']],
    ['vhdx', 'vhdx', []],
    ['vmdk', 'vmdk', []],
    ['raw', 'raw', []],
  ])('takes in %s, the same disk to the byte, holes as holes', async (label, driver, options) => {
    const sourcePath = await make(`${label.replaceAll(' ', '-')}.in`, driver, ...options);
    const output = join(folder, `${label.replaceAll(' ', '-')}.raw`);
    const shares: number[] = [];
    const receipt = await importDisk({
      sourcePath,
      output,
      onProgress: (update) => {
        if (update.totalBytes) shares.push((update.doneBytes ?? 0) / update.totalBytes);
      },
    });
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', raw, output]);
    expect(receipt).toMatchObject({ outputFormat: 'raw', virtualSizeBytes: sizeBytes });
    expect(receipt.source.format).toBe(driver === 'vpc' ? 'vhd' : driver);
    expect(receipt.allocatedBytes).toBeLessThan(8 * 1024 ** 2);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  it('takes the backing file of a qcow2 in, so that the copy stands alone', async () => {
    const base = await make('base.qcow2', 'qcow2');
    const top = join(folder, 'top.qcow2');
    await run('qemu-img', ['create', '-f', 'qcow2', '-F', 'qcow2', '-b', base, top]);
    await run('qemu-io', ['-c', 'write -P 0x77 20M 64k', top]);
    const output = join(folder, 'alone.qcow2');
    await importDisk({ sourcePath: top, output, outputFormat: 'qcow2' });
    await run('qemu-img', ['compare', top, output]);
    const { stdout } = await run('qemu-img', ['info', '--output=json', output]);
    expect(JSON.parse(stdout)).not.toHaveProperty('backing-filename');
  });

  it('refuses to replace a file unasked, and does when asked', async () => {
    const output = join(folder, 'taken.raw');
    await writeFile(output, 'precious');
    await expect(importDisk({ sourcePath: raw, output })).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    await importDisk({ sourcePath: raw, output, isReplacing: true });
    expect((await stat(output)).size).toBe(sizeBytes);
  });

  it.each([
    ['a qcow2 that was cut short', 'SOURCE_DAMAGED', () => makeTruncated()],
    ['a directory', 'SOURCE_NOT_A_DISK', () => Promise.resolve(folder)],
    ['a file that is not there', 'SOURCE_NOT_FOUND', () => Promise.resolve(join(folder, 'nothing'))],
  ])('refuses %s and leaves nothing', async (_, code, makeSource) => {
    const place = await mkdtemp(join(folder, 'refused-'));
    const sourcePath = await makeSource();
    await expect(importDisk({ sourcePath, output: join(place, 'out.raw') })).rejects.toMatchObject({ code });
    expect(await readdir(place)).toEqual([]);
  });

  async function makeTruncated(): Promise<string> {
    const path = await make('truncated.qcow2', 'qcow2');
    await truncate(path, Math.floor((await stat(path)).size / 2));
    return path;
  }

  it('names the package to install when qemu-img is not there', async () => {
    const options = { sourcePath: raw, output: join(folder, 'none.raw'), environment: { PATH: '/nowhere' } };
    await expect(importDisk(options)).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      details: { package: 'qemu-utils' },
    });
  });

  it('leaves nothing when it is cancelled', async () => {
    const place = await mkdtemp(join(folder, 'cancelled-'));
    const controller = new AbortController();
    const outcome = importDisk({
      sourcePath: raw,
      output: join(place, 'out.raw'),
      signal: controller.signal,
      onFound: () => controller.abort(),
    });
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(place)).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('says that there is no room before it writes', async () => {
    const small = join(folder, 'small');
    await mkdir(small);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]);
    try {
      const outcome = importDisk({ sourcePath: raw, output: join(small, 'out.raw') });
      await expect(outcome).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await readdir(small)).toEqual([]);
    } finally {
      await run('umount', [small]);
    }
  });
});

describe('parseShare', () => {
  it.each([
    ['    (42.00/100%)', 0.42],
    ['(100.00/100%)', 1],
    ['qemu-img: warning: something', undefined],
  ])('reads %j', (line, share) => expect(parseShare(line)).toBe(share));
});
