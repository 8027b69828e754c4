import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createImageFolder,
  errorCode,
  type ImageFolder,
  lastJson,
  mebibyte,
} from '../testing/image-folder.ts';
import { runCli } from '../testing/run-cli.ts';

const isRoot = process.getuid?.() === 0;

let at: ImageFolder;
beforeAll(async () => {
  at = await createImageFolder();
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

describe('every image command', () => {
  it.each(['build', 'import', 'pack', 'fetch', 'serve', 'verify', 'diff', 'record-boot', 'gc', 'repack'])(
    '%s has help with an example, on standard output',
    async (name) => {
      const outcome = await at.carrel('image', name, '--help');
      expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
      expect(outcome.stdout).toMatch(new RegExp(`Examples?:\\n +carrel image ${name} `));
    },
  );

  it('ends with 2 when an argument is missing, and says which', async () => {
    const outcome = await at.carrel('image', 'fetch');
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
    expect(outcome.stderr).toContain('--output');
  });
});

describe('image pack', () => {
  it('ends its JSON output with one line of figures', async () => {
    const outcome = await at.carrel(
      'image',
      'pack',
      at.disk,
      '--to',
      `${at.reference}-json`,
      '--exact',
      '--json',
    );
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout.trim().split('\n')).toHaveLength(1);
    expect(lastJson(outcome)).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      imageBytes: 32 * mebibyte,
      dataBytes: 6 * mebibyte,
      storedBytes: expect.any(Number) as number,
      newFrames: expect.any(Number) as number,
      seconds: expect.any(Number) as number,
    });
  });

  it('stores next to nothing the second time', async () => {
    const outcome = await at.carrel(
      'image',
      'pack',
      at.disk,
      '--to',
      `${at.reference}-again`,
      '--exact',
      '--json',
    );
    expect(lastJson(outcome)).toMatchObject({ newFrames: 0 });
  });

  it('writes nothing but the result to standard output', async () => {
    const outcome = await at.carrel('image', 'pack', at.disk, '--to', `${at.reference}-quiet`, '--exact');
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' });
    expect(outcome.stderr).toContain('32.0 MiB disk with 6.0 MiB of data');
  });

  it('says what leaving out unused blocks saved, and where they had to be kept', async () => {
    const outcome = await at.carrel('image', 'pack', at.disk, '--to', `${at.reference}-trimmed`);
    expect(outcome.stderr).toContain('No file system was found that can be read here');
    const disk = join(at.folder, 'ext.raw');
    await at.makeExt4WithRemains(disk);
    const trimmed = await at.carrel('image', 'pack', disk, '--to', `${at.reference}-ext`, '--json');
    const { discardedBytes, notes } = lastJson(trimmed);
    expect(notes).toEqual([]);
    expect(discardedBytes).toBeGreaterThanOrEqual(2 * mebibyte);
    expect(trimmed.stderr).toContain('that no file uses are left out');
  });

  it.each([
    ['a directory', 2, 'SOURCE_NOT_A_DISK', () => Promise.resolve(at.folder)],
    ['a file that is not there', 3, 'SOURCE_NOT_FOUND', () => Promise.resolve(join(at.folder, 'none.raw'))],
    ['a qcow2 that was cut short', 7, 'SOURCE_DAMAGED', () => at.makeTruncatedQcow2('cut-pack.qcow2')],
  ])('refuses %s with exit code %i', async (_, exitCode, code, makeSource) => {
    const layout = join(at.folder, `refused-${code}`);
    const source = await makeSource();
    const outcome = await at.carrel('image', 'pack', source, '--to', `oci:${layout}:x:1`, '--json');
    expect(outcome).toMatchObject({ exitCode, stdout: '' });
    expect(errorCode(outcome)).toBe(code);
  });

  it('refuses what is no at.reference with exit code 2', async () => {
    const outcome = await at.carrel('image', 'pack', at.disk, '--to', 'somewhere', '--json');
    expect(outcome.exitCode).toBe(2);
    expect(errorCode(outcome)).toBe('REFERENCE_INVALID');
  });

  it('names the package to install when qemu is not there', async () => {
    const bare = { ...at.env, PATH: '/nowhere' };
    const outcome = await runCli(['image', 'pack', at.disk, '--to', `${at.reference}-none`, '--json'], bare);
    expect(outcome.exitCode).toBe(1);
    expect(errorCode(outcome)).toBe('TOOL_MISSING');
    expect(outcome.stderr).toContain('apt-get install qemu-utils');
  });

  it.skipIf(!isRoot)(
    'says that the repository is full, and an image packed before is still whole',
    async () => {
      await at.withSmallFolder(async (small) => {
        const older = join(at.folder, 'older.raw');
        await writeFile(older, randomBytes(mebibyte));
        await at.carrel('image', 'pack', older, '--to', `oci:${small}/layout:older:1`);
        const outcome = await at.carrel(
          'image',
          'pack',
          at.disk,
          '--to',
          `oci:${small}/layout:disk:1`,
          '--json',
        );
        expect(outcome.exitCode).toBe(1);
        expect(errorCode(outcome)).toBe('DISK_FULL');
        expect((await at.carrel('image', 'verify', `oci:${small}/layout:older:1`)).exitCode).toBe(0);
      });
    },
  );
});
