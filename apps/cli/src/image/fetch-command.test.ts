import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
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

  it('says before it begins what would come from where, and with --dry-run does nothing else', async () => {
    const output = join(at.folder, 'planned.raw');
    const args = ['image', 'fetch', at.reference, '-o', output, '--seed', at.disk];
    const planned = await at.carrel(...args, '--dry-run', '--json');
    expect(planned.exitCode).toBe(0);
    expect(lastJson(planned)).toMatchObject({
      downloadBytes: 0,
      foundBytes: 6 * mebibyte,
      sources: [{ name: at.disk, kind: 'seed', bytes: 6 * mebibyte }],
    });
    expect((await at.carrel(...args, '--dry-run')).stdout).toContain('6.0 MiB found on this computer');
    expect((await readdir(at.folder)).filter((name) => name.startsWith('planned'))).toEqual([]);
    const fetched = await at.carrel(...args);
    expect(fetched.stderr).toContain('Of 6.0 MiB: 0 B to download, 6.0 MiB found on this computer');
    expect(fetched.stderr).toMatch(/6\.0 MiB {2}seed {4}.*\n/);
  });

  it('takes packs from a mirror, and tells what each gave', async () => {
    const output = join(at.folder, 'mirrored.raw');
    const mirror = join(at.folder, 'mirror');
    await cp(join(at.folder, 'layout'), mirror, { recursive: true });
    const outcome = await at.carrel(
      ...['image', 'fetch', at.reference, '-o', output, '--json', '--mirror', `oci:${mirror}`],
    );
    await at.assertSameDisk(output);
    const { sources, bytesDownloaded } = lastJson(outcome) as {
      sources: { kind: string; bytes: number }[];
      bytesDownloaded: number;
    };
    expect(sources.map(({ kind }) => kind).toSorted()).toEqual(['mirror', 'origin']);
    expect(sources.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytesDownloaded);
  });

  it('takes rates by time of day, and says what is wrong with others', async () => {
    const output = join(at.folder, 'rated.raw');
    const args = ['image', 'fetch', at.reference, '-o', output, '--limit-rate'];
    expect((await at.carrel(...args, 'mon-fri 08:00-18:00 200M, 500M')).exitCode).toBe(0);
    const refused = await at.carrel(...args, 'sometimes 2M');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('Expected a rate such as');
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
