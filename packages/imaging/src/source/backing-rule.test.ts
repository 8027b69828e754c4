import { appendFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { mustRun } from '../nbd/testing/run.ts';
import { makeScratch, type Scratch } from '../nbd/testing/scratch.ts';
import { openSource } from './index.ts';
import { content, convert, makeRaw } from './testing/disks.ts';

describe('other files that a disk names', () => {
  async function withOverlay(scratch: Scratch, backing: string, format: string): Promise<string> {
    await mkdir(scratch.path('images'), { recursive: true });
    const overlay = scratch.path('images/overlay.qcow2');
    const args = [
      'create',
      '-q',
      '-u',
      '-f',
      'qcow2',
      '-b',
      backing,
      '-F',
      format,
      overlay,
      String(content.length),
    ];
    await mustRun('qemu-img', ...args);
    return overlay;
  }

  test('a backing file in the same folder shows through', async () => {
    await using scratch = await makeScratch();
    const overlay = await withOverlay(scratch, 'base.raw', 'raw');
    await writeFile(scratch.path('images/base.raw'), content);
    await mustRun('qemu-io', '-f', 'qcow2', '-c', 'write -P 0x77 64k 64k', overlay);
    await using source = await openSource(overlay);
    expect(source.files).toEqual([overlay, scratch.path('images/base.raw')]);
    const expected = content.slice().fill(0x77, 65_536, 131_072);
    expect(Buffer.compare(await source.read(0, content.length), expected)).toBe(0);
    await expect(openSource(overlay, { allowBacking: 'none' })).rejects.toMatchObject({
      code: 'SOURCE_BACKING_REFUSED',
    });
  });

  test('one elsewhere is refused unless it is allowed, also behind a symbolic link', async () => {
    await using scratch = await makeScratch();
    const secret = await makeRaw(scratch);
    for (const name of ['../disk.raw', secret, 'link']) {
      const overlay = await withOverlay(scratch, name, 'raw');
      await symlink(secret, scratch.path('images/link')).catch(() => undefined);
      await expect(openSource(overlay), name).rejects.toMatchObject({ code: 'SOURCE_BACKING_REFUSED' });
      await using source = await openSource(overlay, { allowBacking: 'anywhere' });
      expect(source.files).toEqual([overlay, secret]);
    }
  });

  test.each([
    'nbd://127.0.0.1:1/x',
    'json:{"driver":"file","filename":"/etc/passwd"}',
    'https://x.example/d',
  ])('the address %s is refused always', async (name) => {
    await using scratch = await makeScratch();
    const overlay = await withOverlay(scratch, name, 'raw');
    const opening = openSource(overlay, { allowBacking: 'anywhere' });
    await expect(opening).rejects.toMatchObject({ code: 'SOURCE_BACKING_REFUSED' });
  });

  test('disks that build on each other in a circle are refused', async () => {
    await using scratch = await makeScratch();
    const overlay = await withOverlay(scratch, 'overlay.qcow2', 'qcow2');
    await expect(openSource(overlay)).rejects.toMatchObject({ code: 'SOURCE_BACKING_REFUSED' });
  });

  test('the data file of a VMDK descriptor is held to the same rule', async () => {
    await using scratch = await makeScratch();
    await makeRaw(scratch);
    await mkdir(scratch.path('images'));
    const lines = (name: string): string =>
      `# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\n` +
      `RW ${content.length / 512} FLAT "${name}" 0\n`;
    const path = scratch.path('images/disk.vmdk');
    await writeFile(path, lines('../disk.raw'));
    await expect(openSource(path)).rejects.toMatchObject({ code: 'SOURCE_BACKING_REFUSED' });
    await using source = await openSource(path, { allowBacking: 'anywhere' });
    expect(Buffer.compare(await source.read(0, content.length), content)).toBe(0);
  });

  test('a VHD that is the difference to another is refused', async () => {
    await using scratch = await makeScratch();
    const path = await convert(scratch, 'vpc');
    const bytes = await readFile(path);
    for (const at of [0, bytes.length - 512]) bytes.writeUInt32BE(4, at + 60);
    await writeFile(path, bytes);
    await expect(openSource(path)).rejects.toMatchObject({ code: 'SOURCE_NOT_SUPPORTED' });
    await appendFile(path, 'x');
  });
});
