import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultQemuPrograms } from '../host/programs.ts';
import { createBaseDisk, createOverlayDisk } from './create.ts';
import { destroyDiskKeys } from './destroy-keys.ts';
import { checkDisk } from './inspect.ts';
import { createLuksHeader } from './luks-header.ts';

const mib = 1024 ** 2;
const diskKey = new Uint8Array(32).fill(9);
const program = defaultQemuPrograms.img;

let folder: string;
let guest: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-destroy-'));
  guest = join(folder, 'guest');
  await mkdir(guest);
});
afterEach(() => rm(folder, { recursive: true }));

it('leaves no key material in any disk or saved state, and what is behind it as it was', async () => {
  const basePath = join(guest, 'base.qcow2');
  const overlayPath = join(guest, 'overlay.qcow2');
  const saved = join(guest, 'saved-state.luks');
  const options = { virtualSizeBytes: 64 * mib, diskKey, runAs: undefined };
  await createBaseDisk({ ...options, path: basePath });
  await createOverlayDisk({ ...options, path: overlayPath, basePath });
  const memory = Buffer.alloc(4 * mib, 'memory');
  await writeFile(saved, Buffer.concat([createLuksHeader('passphrase'), memory]));
  await expect(checkDisk(program, basePath, diskKey)).resolves.toMatchObject({ corruptions: 0 });
  const before = await Promise.all([basePath, overlayPath, saved].map((path) => readFile(path)));
  expect(before.every((content) => content.includes('LUKS\xba\xbe', 0, 'latin1'))).toBe(true);

  await destroyDiskKeys(folder);
  await destroyDiskKeys(folder);
  for (const [at, path] of [basePath, overlayPath, saved].entries()) {
    const [now, then] = [await readFile(path), before[at] ?? Buffer.alloc(0)];
    expect(now.length).toBe(then.length);
    expect(now.includes('LUKS\xba\xbe', 0, 'latin1')).toBe(false);
    expect(now.subarray(4 * mib).equals(then.subarray(4 * mib))).toBe(true);
    // The slots of key material lie in the first two mebibytes and a bit; not a kibibyte of them is left.
    const header = Math.min(now.length, 4 * mib);
    for (let offset = 0; offset < header; offset += 1024) {
      expect(now.subarray(offset, offset + 1024).equals(then.subarray(offset, offset + 1024))).toBe(false);
    }
  }
  await expect(checkDisk(program, basePath, diskKey)).rejects.toMatchObject({ code: 'SOURCE_DAMAGED' });
});

it('touches nothing outside, which a guest might have put a link to, and minds no folder that is gone', async () => {
  const outside = join(folder, 'outside');
  await writeFile(outside, 'precious');
  await symlink(outside, join(guest, 'overlay.qcow2'));
  await destroyDiskKeys(folder);
  expect(await readFile(outside, 'utf8')).toBe('precious');
  await destroyDiskKeys(join(folder, 'gone'));
});
