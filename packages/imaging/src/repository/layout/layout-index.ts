import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileDurably } from '../../storage/durable-file.ts';
import { isErrno } from '../../storage/errno.ts';
import { withFileLock } from '../../storage/file-lock.ts';
import {
  emptyIndex,
  type LayoutEntry,
  type LayoutIndexFile,
  notALayout,
  parseLayoutIndex,
  refNameOf,
} from './layout-entries.ts';
import { unreadable } from './unreadable.ts';

/**
 * The manifests of a layout (`index.json`); empty where there is no layout yet.
 *
 * @throws {REPOSITORY_ANSWER_UNEXPECTED} when the folder is not an OCI layout
 * @throws {REPOSITORY_UNREACHABLE} when the system does not give it
 */
export async function readLayoutIndex(folder: string): Promise<LayoutIndexFile> {
  const path = join(folder, 'index.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined;
    if (isErrno(error, 'ENOTDIR')) throw notALayout(folder, 'it is not a folder', error);
    if (isErrno(error, 'EISDIR')) throw notALayout(folder, 'its index.json is a folder', error);
    throw unreadable(folder, error);
  });
  return text === undefined ? emptyIndex : parseLayoutIndex(folder, text);
}

/** Does work that needs the index to stay as it is: nobody else changes it meanwhile. */
export async function withLayoutIndex<T>(
  folder: string,
  work: (index: LayoutIndexFile) => Promise<T>,
): Promise<T> {
  return await withFileLock(join(folder, '.index.lock'), async () => work(await readLayoutIndex(folder)));
}

/**
 * Puts an entry under its name in place of the one that had it.
 *
 * @param check that all that the entry refers to is there, while nobody can take it away
 */
export async function putLayoutEntry(
  folder: string,
  entry: LayoutEntry,
  check: () => Promise<void>,
): Promise<void> {
  await withLayoutIndex(folder, async (index) => {
    await check();
    const name = refNameOf(entry);
    const others = index.manifests.filter((other) => refNameOf(other) !== name);
    await writeJson(join(folder, 'index.json'), { ...index, manifests: [...others, entry] });
  });
}

/** Writes the file that says that a folder is an OCI layout. */
export async function writeLayoutMarker(folder: string): Promise<void> {
  await writeJson(join(folder, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileDurably(path, (file) => file.writeFile(`${JSON.stringify(value)}\n`));
}
