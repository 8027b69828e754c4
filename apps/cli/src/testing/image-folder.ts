import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CliOutcome, runCli } from './run-cli.ts';

const run = promisify(execFile);
export const mebibyte = 1024 ** 2;

/** A folder with a disk of 32 MiB, 6 of them data, packed as an image. Disposing of it removes all. */
export interface ImageFolder extends AsyncDisposable {
  readonly folder: string;
  readonly disk: string;
  /** The packed image. Appending to it makes further tags of the same repository. */
  readonly reference: string;
  /** An environment that holds neither the sign-in nor the keys of whoever runs the tests. */
  readonly env: NodeJS.ProcessEnv;
  carrel(...args: string[]): Promise<CliOutcome>;
  /** Rejects unless the file equals `disk` to the byte. */
  assertSameDisk(path: string): Promise<void>;
  /** A qcow2 of the disk that ends in its middle. */
  makeTruncatedQcow2(name: string): Promise<string>;
  /** Makes an ext4 disk of 16 MiB in which 2 MiB of data are left of a deleted file. */
  makeExt4WithRemains(path: string): Promise<void>;
  /** Runs the work with a folder of its own file system, 3 MiB in size. Root only. */
  withSmallFolder(work: (small: string) => Promise<void>): Promise<void>;
}

/** Makes the folder and packs the disk with the real command. */
export async function createImageFolder(): Promise<ImageFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-cli-image-'));
  const disk = join(folder, 'disk.raw');
  await makeDisk(disk);
  const own = { XDG_CONFIG_HOME: join(folder, 'config'), XDG_CACHE_HOME: join(folder, 'cache') };
  const env = { ...process.env, HOME: folder, ...own };
  const reference = `oci:${join(folder, 'layout')}:disk:1`;
  const carrel = (...args: string[]): Promise<CliOutcome> => runCli(args, env);
  const packed = await carrel('image', 'pack', disk, '--to', reference, '--exact');
  if (packed.exitCode !== 0) throw new Error(packed.stderr);
  return {
    folder,
    disk,
    reference,
    env,
    carrel,
    assertSameDisk: async (path) => {
      await run('cmp', [disk, path]);
    },
    makeTruncatedQcow2: async (name) => {
      const path = join(folder, name);
      await run('qemu-img', ['convert', '-O', 'qcow2', disk, path]);
      await truncate(path, Math.floor((await stat(path)).size / 2));
      return path;
    },
    makeExt4WithRemains: async (path) => {
      const file = join(folder, 'deleted');
      await writeFile(file, randomBytes(2 * mebibyte));
      await run('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', '4096', path, '16M']);
      await run('debugfs', ['-w', '-R', `write ${file} deleted`, path]);
      await run('debugfs', ['-w', '-R', 'rm deleted', path]);
    },
    withSmallFolder: (work) => withSmallFolder(folder, work),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** The last line of a command's output, parsed. */
export function lastJson(outcome: CliOutcome): Record<string, unknown> {
  const line = outcome.stdout.trim().split('\n').at(-1) ?? '';
  return JSON.parse(line) as Record<string, unknown>;
}

/** The code of the error that a command run with `--json` told. */
export function errorCode(outcome: CliOutcome): unknown {
  const line = outcome.stderr.trim().split('\n').at(-1) ?? '';
  return (JSON.parse(line) as { error: { code: unknown } }).error.code;
}

/** The largest blob of a layout, which is a pack. */
export async function largestBlob(layout: string): Promise<string> {
  const blobs = join(layout, 'blobs', 'sha256');
  let largest = { path: '', size: -1 };
  for (const name of await readdir(blobs)) {
    const path = join(blobs, name);
    const { size } = await stat(path);
    if (size > largest.size) largest = { path, size };
  }
  return largest.path;
}

async function makeDisk(path: string): Promise<void> {
  await using file = await open(path, 'wx');
  await file.truncate(32 * mebibyte);
  await file.write(randomBytes(4 * mebibyte), 0, undefined, 0);
  await file.write(randomBytes(2 * mebibyte), 0, undefined, 20 * mebibyte);
}

async function withSmallFolder(folder: string, work: (small: string) => Promise<void>): Promise<void> {
  const small = await mkdtemp(join(folder, 'small-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', small]);
  try {
    await work(small);
  } finally {
    await run('umount', [small]);
  }
}
