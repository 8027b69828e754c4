import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildImage } from '../build-image.ts';

const buildFolder = join(import.meta.dirname, '..');

/** The recipe of the smallest guest, which the tests boot. */
export const tinyRecipePath = join(import.meta.dirname, '../../../../../recipes/tiny.yaml');

/**
 * The path of a disk built from `recipes/tiny.yaml`, for reading only: tests copy it or put an overlay on it.
 * Built once for each state of the recipe and the builder, and shared by all test processes.
 */
export async function tinyDisk(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'carrel', 'test');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `tiny-${await hashOfInputs()}.raw`);
  while (!(await exists(path))) await buildUnlessAnotherDoes(path);
  return path;
}

async function buildUnlessAnotherDoes(path: string): Promise<void> {
  const lock = `${path}.lock`;
  if (!(await takeLock(lock))) {
    await delay(200);
    return;
  }
  try {
    if (!(await exists(path))) await buildImage({ recipePath: tinyRecipePath, output: path });
  } finally {
    await rm(lock, { force: true });
  }
}

/** The lock is a file with the process id of its holder; one whose process has ended is removed. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    await using file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (holder > 0 && !isRunning(holder)) await rm(lock, { force: true });
  return false;
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(tinyRecipePath));
  const names = await readdir(buildFolder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts') && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('/testing/') && !file.includes('/debian/'))
    .sort();
  for (const file of files) hash.update(file.slice(buildFolder.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
