import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createImageFolder,
  errorCode,
  type ImageFolder,
  largestBlob,
  lastJson,
  mebibyte,
} from '../testing/image-folder.ts';
import { startCli } from '../testing/run-cli.ts';

const run = promisify(execFile);

let at: ImageFolder;
beforeAll(async () => {
  at = await createImageFolder();
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

describe('image verify and diff', () => {
  it('verify reads the whole image', async () => {
    const outcome = await at.carrel('image', 'verify', at.reference, '--json');
    expect(outcome.exitCode).toBe(0);
    expect(lastJson(outcome)).toMatchObject({ blocks: (6 * mebibyte) / 4096 });
  });

  it('verify ends with 7 when one byte was changed', async () => {
    const layout = join(at.folder, 'damaged');
    await at.carrel('image', 'pack', at.disk, '--to', `oci:${layout}:disk:1`, '--exact');
    const largest = await largestBlob(layout);
    await using file = await open(largest, 'r+');
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, mebibyte);
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, mebibyte);
    const outcome = await at.carrel('image', 'verify', `oci:${layout}:disk:1`, '--json');
    expect(outcome.exitCode).toBe(7);
    expect(errorCode(outcome)).toBe('IMAGE_DATA_DAMAGED');
    expect(lastJson(outcome)).toMatchObject({
      problemCount: 1,
      problems: [{ blob: `sha256:${basename(largest)}`, offsetBytes: expect.any(Number) as number }],
    });
    const told = await at.carrel('image', 'verify', `oci:${layout}:disk:1`);
    expect(told.stderr).toContain(`sha256:${basename(largest)} at byte `);
  });

  it('verify reads a sample, and says how it was chosen', async () => {
    const outcome = await at.carrel(
      'image',
      'verify',
      at.reference,
      '--sample',
      '10%',
      '--seed-number',
      '7',
      '--json',
    );
    expect(lastJson(outcome)).toMatchObject({ seedNumber: 7, framesChecked: 10, problemCount: 0 });
    expect((await at.carrel('image', 'verify', at.reference, '--sample', '0%')).exitCode).toBe(2);
  });

  it('diff tells what an update would bring', async () => {
    const changed = join(at.folder, 'changed.raw');
    await copyFile(at.disk, changed);
    await using file = await open(changed, 'r+');
    await file.write(randomBytes(64 * 1024), 0, undefined, mebibyte);
    await at.carrel('image', 'pack', changed, '--to', `${at.reference}-changed`, '--exact');
    const outcome = await at.carrel('image', 'diff', at.reference, `${at.reference}-changed`, '--json');
    expect(outcome.exitCode).toBe(0);
    expect(lastJson(outcome)).toMatchObject({ changedBlocks: 16, changedBytes: 64 * 1024 });
  });
});

describe('image serve', () => {
  it('says when it is ready, serves the at.disk, and removes its socket at the end', async () => {
    const socket = join(at.folder, 'nbd.sock');
    const serving = startCli(['image', 'serve', at.reference, '--nbd', socket, '--json'], at.env);
    const ready = JSON.parse((await serving.nextLine()) ?? '{}') as Record<string, unknown>;
    expect(ready).toMatchObject({ socket, sizeBytes: 32 * mebibyte });
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', at.disk, String(ready.uri)]);
    serving.child.kill('SIGTERM');
    const outcome = await serving.ended();
    expect(outcome.stderr).toBe('');
    expect(outcome.exitCode).toBe(0);
    await expect(stat(socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('image import', () => {
  it('says what it found and writes a disk that is the same', async () => {
    const source = join(at.folder, 'disk.vmdk');
    await run('qemu-img', ['convert', '-O', 'vmdk', at.disk, source]);
    const output = join(at.folder, 'imported.raw');
    const outcome = await at.carrel('image', 'import', source, '-o', output);
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' });
    expect(outcome.stderr).toContain(`${source}: vmdk, 32.0 MiB disk`);
    await at.assertSameDisk(output);
  });

  it('prints the description as one JSON line', async () => {
    const output = join(at.folder, 'imported.qcow2');
    const outcome = await at.carrel('image', 'import', at.disk, '-o', output, '--format', 'qcow2', '--json');
    expect(lastJson(outcome)).toMatchObject({
      outputFormat: 'qcow2',
      virtualSizeBytes: 32 * mebibyte,
      source: { format: 'raw', partitionTable: 'none' },
    });
    await run('qemu-img', ['compare', at.disk, output]);
  });

  it('refuses a qcow2 that was cut short with exit code 7', async () => {
    const source = await at.makeTruncatedQcow2('cut-import.qcow2');
    const outcome = await at.carrel('image', 'import', source, '-o', join(at.folder, 'cut.raw'), '--json');
    expect(outcome.exitCode).toBe(7);
    expect(errorCode(outcome)).toBe('SOURCE_DAMAGED');
  });
});

describe('image build', () => {
  it('refuses a recipe with exit code 2, naming the field', async () => {
    const recipe = join(at.folder, 'bad.yaml');
    await writeFile(recipe, 'name: bad\nmode: minimal\nsize: 64MiB\npackages: [busybox-static]\n');
    const outcome = await at.carrel('image', 'build', recipe, '-o', join(at.folder, 'bad.raw'), '--json');
    expect(outcome.exitCode).toBe(2);
    expect(errorCode(outcome)).toBe('RECIPE_INVALID');
    expect(outcome.stderr).toContain('kernel: ');
  });

  it('leaves nothing behind at Ctrl-C', async () => {
    const place = join(at.folder, 'cancelled-build');
    await mkdir(join(place, 'tmp'), { recursive: true });
    const recipe = join(import.meta.dirname, '../../../../recipes/tiny.yaml');
    const args = ['image', 'build', recipe, '-o', join(place, 'tiny.raw')];
    const building = startCli(args, { ...at.env, TMPDIR: join(place, 'tmp') });
    await building.noted('resolve');
    building.child.kill('SIGINT');
    expect(await building.ended()).toMatchObject({ exitCode: 130, stdout: '' });
    expect(await readdir(place)).toEqual(['tmp']);
    expect(await readdir(join(place, 'tmp'))).toEqual([]);
  });
});

describe('image repack and gc', () => {
  it('store a version anew, and remove what the old one alone needed', async () => {
    const layout = join(at.folder, 'collected');
    const name = `oci:${layout}:disk`;
    await at.carrel('image', 'pack', at.disk, '--to', `${name}:1`, '--exact');
    const small = join(at.folder, 'small.raw');
    await copyFile(at.disk, small);
    await truncate(small, mebibyte);
    await at.carrel('image', 'pack', small, '--to', `${name}:2`, '--exact');
    const repacked = await at.carrel(
      'image',
      'repack',
      `${name}:2`,
      '--tag',
      '3',
      '--below',
      '30%',
      '--json',
    );
    expect(lastJson(repacked)).toMatchObject({ packs: 1, packsLeft: 1 });
    const gc = ['image', 'gc', `oci:${layout}`, '--keep', '1', '--grace', '0s', '--json'];
    const plan = lastJson(await at.carrel(...gc, '--dry-run'));
    expect(plan).toMatchObject({ versions: [{ name: 'disk:1' }, { name: 'disk:2' }] });
    const collected = await at.carrel(...gc);
    expect(lastJson(collected)).toMatchObject({ versions: 2, sizeBytes: plan['sizeBytes'] });
    expect(Number(plan['sizeBytes'])).toBeGreaterThan(6 * mebibyte);
    expect((await at.carrel('image', 'verify', `${name}:3`)).exitCode).toBe(0);
    expect((await at.carrel('image', 'verify', `${name}:1`)).exitCode).toBe(3);
  });

  it('gc refuses registries of others, and keeping nothing', async () => {
    expect((await at.carrel('image', 'gc', 'http://127.0.0.1:9/x:1')).exitCode).toBe(2);
    expect((await at.carrel('image', 'gc', `oci:${at.folder}/layout`, '--keep', '0')).exitCode).toBe(2);
  });
});
