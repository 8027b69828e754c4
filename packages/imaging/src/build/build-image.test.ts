import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage } from './build-image.ts';
import { tinyDisk, tinyRecipePath } from './testing/tiny-disk.ts';

const run = promisify(execFile);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-build-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

describe('buildImage', () => {
  it('gives the same bytes again, in another folder, with another umask, at another time', async () => {
    const output = join(folder, 'elsewhere', 'again.raw');
    await mkdir(join(folder, 'elsewhere', 'tmp'), { recursive: true });
    const script = `
      import { buildImage } from ${JSON.stringify(join(import.meta.dirname, 'build-image.ts'))};
      process.umask(0o077);
      await buildImage({ recipePath: ${JSON.stringify(tinyRecipePath)}, output: ${JSON.stringify(output)} });`;
    const environment = { ...process.env, TMPDIR: join(folder, 'elsewhere', 'tmp'), TZ: 'Asia/Tokyo' };
    await run(process.execPath, ['--input-type=module', '-e', script], { env: environment });
    expect(await sha256Of(output)).toBe(await sha256Of(await tinyDisk()));
    expect(await readdir(join(folder, 'elsewhere', 'tmp'))).toEqual([]);
  }, 120_000);

  it('writes a sparse disk with a file system that has no fault', async () => {
    const disk = await tinyDisk();
    const { size, blocks } = await stat(disk);
    expect(size).toBe(48 * 1024 ** 2);
    expect(blocks * 512).toBeLessThan(size);
    await run('/usr/sbin/e2fsck', ['-fn', `${disk}?offset=${3 * 1024 ** 2}`]);
  }, 120_000);

  it('reports its phases in order', async () => {
    const phases: string[] = [];
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phases.at(-1) !== phase) phases.push(phase);
    };
    await buildImage({ recipePath: tinyRecipePath, output: join(folder, 'progress.raw'), onProgress });
    expect(phases.filter((phase) => phase !== 'download')).toEqual([
      'resolve',
      'unpack',
      'configure',
      'root file system',
      'boot loader',
      'write',
    ]);
  }, 120_000);
});

describe('a build that cannot succeed', () => {
  async function build(recipe: string, change: Partial<Parameters<typeof buildImage>[0]> = {}) {
    const place = await mkdtemp(join(folder, 'failing-'));
    const recipePath = join(place, 'recipe.yaml');
    const work = join(place, 'tmp');
    await mkdir(work);
    await writeFile(recipePath, recipe);
    const environment = { ...process.env, TMPDIR: work };
    const options = { recipePath, output: join(place, 'out.raw'), environment, ...change };
    const outcome = await buildImage(options).catch((error: unknown) => error);
    expect(await readdir(place)).toEqual(['recipe.yaml', 'tmp']);
    expect(await readdir(work)).toEqual([]);
    return outcome;
  }

  const recipe = (change: { size?: string; package?: string; module?: string } = {}): string => `
name: failing
mode: minimal
size: ${change.size ?? '48MiB'}
kernel: { package: linux-image-cloud-amd64, modules: [${change.module ?? 'virtio_blk'}] }
packages: [{ name: ${change.package ?? 'busybox-static'}, include: [/bin/busybox] }]
`;

  it('names a package that does not exist', async () => {
    const cacheFolder = join(folder, 'cache');
    expect(await build(recipe({ package: 'no-such-package' }), { cacheFolder })).toMatchObject({
      code: 'BUILD_STEP_FAILED',
      message: expect.stringContaining('no-such-package') as string,
    });
  }, 120_000);

  it('names a kernel module that does not exist', async () => {
    expect(await build(recipe({ module: 'no_such_module' }))).toMatchObject({
      code: 'BUILD_STEP_FAILED',
      message: expect.stringContaining('no_such_module') as string,
    });
  }, 120_000);

  it('says that the content does not fit the disk', async () => {
    expect(await build(recipe({ size: '16MiB' }))).toMatchObject({
      code: 'BUILD_STEP_FAILED',
      message: expect.stringContaining('make size in the recipe larger') as string,
    });
  }, 120_000);

  it('names the Debian package of a missing tool', async () => {
    const environment = { ...process.env, PATH: '/nowhere' };
    expect(await build(recipe(), { environment })).toMatchObject({ code: 'TOOL_MISSING' });
  });

  it('refuses to replace a disk unasked', async () => {
    const output = join(folder, 'kept.raw');
    await writeFile(output, 'precious');
    expect(await build(recipe(), { output })).toMatchObject({ code: 'TARGET_EXISTS' });
    expect((await stat(output)).size).toBe(8);
  });

  it('leaves nothing when it is cancelled', async () => {
    const controller = new AbortController();
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phase === 'unpack') controller.abort();
    };
    const outcome = await build(recipe(), { signal: controller.signal, onProgress });
    expect(outcome).toMatchObject({ name: 'AbortError' });
  }, 120_000);

  it.skipIf(process.getuid?.() !== 0)(
    'says that the disk it writes to is full',
    async () => {
      const small = join(folder, 'small');
      await mkdir(small);
      await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]);
      try {
        expect(await build(recipe(), { output: join(small, 'out.raw') })).toMatchObject({
          code: 'DISK_FULL',
        });
        expect(await readdir(small)).toEqual([]);
      } finally {
        await run('umount', [small]);
      }
    },
    120_000,
  );
});
