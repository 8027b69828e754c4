import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail } from '@carrel/contract/errors';
import { isAppError, UndoStack } from '@carrel/kit';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';
import type { Apt, DebianPackage } from './apt.ts';

/** A package file that has the hash the package list states. */
export interface PackageFile extends DebianPackage {
  readonly path: string;
}

/**
 * Brings all packages into the cache and gives them in the order asked for.
 *
 * @throws {BUILD_STEP_FAILED} when one cannot be downloaded
 * @throws {DISK_FULL}
 */
export async function downloadPackages(
  packages: readonly DebianPackage[],
  apt: Apt,
  context: BuildContext,
): Promise<PackageFile[]> {
  const folder = join(context.cacheFolder, 'packages');
  await mkdir(folder, { recursive: true });
  const files = packages.map((item) => ({ ...item, path: join(folder, cachedName(item)) }));
  const missing: PackageFile[] = [];
  for (const file of files) if (!(await isIntact(file))) missing.push(file);
  if (missing.length > 0) await downloadMissing(missing, folder, apt, context);
  return files;
}

/**
 * The time a set of packages was made: the newest build time recorded in them, in seconds since 1970. Depends
 * on nothing but the packages.
 */
export async function newestBuildTime(files: readonly PackageFile[]): Promise<number> {
  let newest = 0;
  for (const file of files) {
    await using handle = await open(file.path, 'r');
    const header = Buffer.alloc(68);
    await handle.read(header, 0, header.length, 0);
    // ar(5): eight bytes of magic, then the first member: 16 bytes of name, 12 of decimal time.
    newest = Math.max(newest, Number(header.toString('latin1', 24, 36).trim()) || 0);
  }
  return newest;
}

/** Named by content, so that two sources with different files of one name do not meet. */
function cachedName(item: DebianPackage): string {
  return `${item.name}_${item.version.replaceAll(':', '%3a')}_${item.sha256.slice(0, 16)}.deb`;
}

async function isIntact(file: PackageFile): Promise<boolean> {
  const found = await stat(file.path).catch(() => undefined);
  return found?.size === file.sizeBytes && (await sha256Of(file.path)) === file.sha256;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function downloadMissing(
  missing: readonly PackageFile[],
  folder: string,
  apt: Apt,
  context: BuildContext,
): Promise<void> {
  await using undo = new UndoStack();
  const partial = await mkdtemp(join(folder, 'partial-'));
  undo.push(() => rm(partial, { recursive: true, force: true }));
  const stopWatching = reportFolderSize(partial, missing, context);
  try {
    await downloadInto(partial, missing, apt, context);
  } finally {
    stopWatching();
  }
  for (const file of missing) await keepDownloaded(file, partial);
}

async function downloadInto(
  partial: string,
  missing: readonly PackageFile[],
  apt: Apt,
  context: BuildContext,
): Promise<void> {
  const names = missing.map((file) => `${file.name}=${file.version}`);
  const download = async (): Promise<void> => {
    const args = [...apt.args, '-q', 'download', ...names];
    const call = { step: 'downloading packages', args, cwd: partial, writes: partial };
    await runTool('apt-get', call, context);
  };
  try {
    await download();
  } catch (error) {
    if (!isAppError(error, 'BUILD_STEP_FAILED')) throw error;
    await apt.refreshLists();
    await download();
  }
}

async function keepDownloaded(file: PackageFile, partial: string): Promise<void> {
  const names = await readdir(partial);
  const prefix = `${file.name}_`;
  const downloaded = names.find((name) => name.startsWith(prefix));
  const path = downloaded === undefined ? undefined : join(partial, downloaded);
  if (path === undefined || !(await isIntact({ ...file, path }))) {
    const reason = `${file.name} ${file.version} did not arrive intact`;
    throw fail('BUILD_STEP_FAILED', { step: 'downloading packages', reason });
  }
  await rename(path, file.path);
}

function reportFolderSize(
  partial: string,
  missing: readonly DebianPackage[],
  context: BuildContext,
): () => void {
  const totalBytes = missing.reduce((sum, item) => sum + item.sizeBytes, 0);
  const note = `${missing.length} packages`;
  context.onProgress({ phase: 'download', doneBytes: 0, totalBytes, note });
  const timer = setInterval(() => {
    folderSize(partial).then(
      (doneBytes) => context.onProgress({ phase: 'download', doneBytes, totalBytes, note }),
      // A file that was renamed between listing and asking; the next reading sees it.
      (error: unknown) => context.log?.(String(error)),
    );
  }, 250);
  return () => {
    clearInterval(timer);
    context.onProgress({ phase: 'download', doneBytes: totalBytes, totalBytes, note });
  };
}

async function folderSize(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size;
  return sum;
}
