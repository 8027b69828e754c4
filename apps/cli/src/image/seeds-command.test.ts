import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createImageFolder,
  errorCode,
  type ImageFolder,
  lastJson,
  mebibyte,
} from '../testing/image-folder.ts';

let at: ImageFolder;
let files: string;
beforeAll(async () => {
  at = await createImageFolder();
  files = join(at.folder, 'files');
  await mkdir(files);
  const disk = await readFile(at.disk);
  // As a file system would hold it: 2.5 MiB of the image, ending within a block.
  await writeFile(join(files, 'part'), disk.subarray(mebibyte, 3.5 * mebibyte - 100));
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

function seeds(...args: string[]) {
  return at.carrel('image', 'seeds', ...args);
}

describe('carrel image seeds', () => {
  it.each(['refresh', 'status', 'clear'])('%s has help with an example', async (name) => {
    const outcome = await seeds(name, '--help');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout).toMatch(new RegExp(`Examples?:\\n +carrel image seeds ${name}`));
  });

  it('needs to know whose key the index is for, and folders that make sense', async () => {
    const nothing = await seeds('refresh', '--json');
    expect(nothing.exitCode).toBe(2);
    expect(errorCode(nothing)).toBe('USAGE');
    expect((await seeds('refresh', at.reference, '--max-size', '1')).exitCode).toBe(2);
    expect((await seeds('refresh', at.reference, '--limit-rate', 'fast')).exitCode).toBe(2);
  });

  it('indexes files, tells what it holds, saves downloads, and is removed', async () => {
    const fetch = ['image', 'fetch', at.reference, '-o', join(at.folder, 'out.raw'), '--seed', 'host'];
    const without = await at.carrel(...fetch, '--json');
    expect(without.exitCode).not.toBe(0);
    expect(errorCode(without)).toBe('SEED_INDEX_MISSING');

    const refresh = ['refresh', at.reference, '--no-defaults', '--include', files];
    const first = await seeds(...refresh, '--json');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(lastJson(first)).toMatchObject({ files: 1, filesHashed: 1, bytesHashed: 2.5 * mebibyte - 100 });
    const again = await seeds(...refresh, '--limit-rate', '1MB/s', '--max-size', '2MiB');
    expect(again.stderr).toContain('1 files of 2.5 MiB are in the index');
    expect(again.stderr).toContain('0 were read (0 B), 1 had not changed');

    const status = lastJson(await seeds('status', '--json'));
    const folder = join(at.folder, 'cache', 'carrel', 'seeds');
    expect(status).toMatchObject({
      folder,
      indexes: [{ files: 1, refreshedAt: expect.any(String) as string }],
    });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await seeds('status')).stdout).toMatch(/^Key [0-9a-f]{16}: 1 files of 2\.5 MiB/);

    const fetched = await at.carrel(...fetch, '--json');
    expect(fetched.exitCode).toBe(0);
    // All frames but the last, whose last block the disk does not pad with zeros.
    expect(lastJson(fetched)).toMatchObject({ bytesFromSeeds: 2.5 * mebibyte - 65_536 });
    await at.assertSameDisk(join(at.folder, 'out.raw'));

    expect(await seeds('clear', '--json')).toMatchObject({ exitCode: 0, stdout: '{"removed":1}\n' });
    expect((await seeds('status')).stdout).toContain('There is no index');
    expect((await seeds('clear')).stderr).toContain('There was no index.');
  });

  it('leaves out what it is told to', async () => {
    const deep = join(files, 'deep');
    await mkdir(deep);
    await copyFile(at.disk, join(deep, 'disk'));
    const all = ['refresh', at.reference, '--no-defaults', '--include', files, '--json'];
    expect(lastJson(await seeds(...all))).toMatchObject({ files: 2 });
    expect(lastJson(await seeds(...all, '--exclude', deep))).toMatchObject({ files: 1, filesRemoved: 1 });
  });
});
