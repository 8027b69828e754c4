import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createImageFolder,
  errorCode,
  type ImageFolder,
  lastJson,
  mebibyte,
} from '../testing/image-folder.ts';
import { runCli, startCli } from '../testing/run-cli.ts';

const isRoot = process.getuid?.() === 0;

let at: ImageFolder;
beforeAll(async () => {
  at = await createImageFolder();
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

describe('image fetch', () => {
  it('gives back the at.disk, and tells where its bytes came from', async () => {
    const output = join(at.folder, 'fetched.raw');
    const outcome = await at.carrel('image', 'fetch', at.reference, '-o', output, '--json');
    expect(outcome.exitCode).toBe(0);
    await at.assertSameDisk(output);
    expect(lastJson(outcome)).toMatchObject({
      bytesDownloaded: expect.any(Number) as number,
      bytesFromSeeds: 0,
      requests: expect.any(Number) as number,
      seconds: expect.any(Number) as number,
    });
  });

  it('takes what a seed holds from there', async () => {
    const output = join(at.folder, 'seeded.raw');
    const outcome = await at.carrel(
      'image',
      'fetch',
      at.reference,
      '-o',
      output,
      '--seed',
      at.disk,
      '--json',
    );
    await at.assertSameDisk(output);
    expect(lastJson(outcome).bytesFromSeeds).toBe(6 * mebibyte);
  });

  it('refuses to replace a file unasked with exit code 5, and does with --force', async () => {
    const output = join(at.folder, 'taken.raw');
    await writeFile(output, 'precious');
    const refused = await at.carrel('image', 'fetch', at.reference, '-o', output, '--json');
    expect(refused.exitCode).toBe(5);
    expect(errorCode(refused)).toBe('TARGET_EXISTS');
    expect(await readFile(output, 'utf8')).toBe('precious');
    expect((await at.carrel('image', 'fetch', at.reference, '-o', output, '--force')).exitCode).toBe(0);
    await at.assertSameDisk(output);
  });

  it('says with exit code 3 that the image is not there', async () => {
    const outcome = await at.carrel(
      'image',
      'fetch',
      `${at.reference}-nope`,
      '-o',
      join(at.folder, 'x.raw'),
      '--json',
    );
    expect(outcome.exitCode).toBe(3);
    expect(errorCode(outcome)).toBe('IMAGE_NOT_IN_REPOSITORY');
  });

  it('says with exit code 4 that the key is not there', async () => {
    const keyless = { ...at.env, XDG_CONFIG_HOME: join(at.folder, 'keyless') };
    const outcome = await runCli(
      ['image', 'fetch', at.reference, '-o', join(at.folder, 'x.raw'), '--json'],
      keyless,
    );
    expect(outcome.exitCode).toBe(4);
    expect(errorCode(outcome)).toBe('IMAGE_KEY_MISSING');
  });

  it('says with exit code 6 that the registry does not answer', async () => {
    const nobody = 'http://127.0.0.1:9/tiny:1';
    const outcome = await at.carrel('image', 'fetch', nobody, '-o', join(at.folder, 'x.raw'), '--json');
    expect(outcome.exitCode).toBe(6);
    expect(errorCode(outcome)).toBe('REPOSITORY_UNREACHABLE');
  });

  it.skipIf(!isRoot)('says that the disk it writes to is full, and leaves no disk behind', async () => {
    await at.withSmallFolder(async (small) => {
      const output = join(small, 'out.raw');
      const outcome = await at.carrel('image', 'fetch', at.reference, '-o', output, '--json');
      expect(outcome.exitCode).toBe(1);
      expect(errorCode(outcome)).toBe('DISK_FULL');
      expect(await readdir(small)).not.toContain('out.raw');
    });
  });

  it('ends with 130 at Ctrl-C, and goes on from there when run again', async () => {
    const output = join(at.folder, 'slow.raw');
    const args = ['image', 'fetch', at.reference, '-o', output];
    const fetching = startCli([...args, '--limit-rate', '1MB/s'], at.env);
    await fetching.noted('%');
    fetching.child.kill('SIGINT');
    const outcome = await fetching.ended();
    expect(outcome).toMatchObject({ exitCode: 130, stdout: '' });
    expect(outcome.stderr).toContain('Cancelled.');
    await expect(stat(output)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await at.carrel(...args)).exitCode).toBe(0);
    await at.assertSameDisk(output);
  });
});
