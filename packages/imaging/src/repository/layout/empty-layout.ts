import { rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isErrno } from '../../storage/errno.ts';
import { exists } from '../../storage/exists.ts';
import { makeFolder } from '../../storage/make-folder.ts';
import { writeLayoutMarker } from './layout-index.ts';

/** What was missing of a layout and has been made. */
export interface PreparedLayout {
  /** Takes away what was made, unless something has been stored there since. */
  removeIfEmpty(): Promise<void>;
}

/**
 * Makes the folders and the marker of a layout where they are missing.
 *
 * @throws {DISK_FULL}
 */
export async function prepareLayout(path: string): Promise<PreparedLayout> {
  const folder = resolve(path);
  const blobs = join(folder, 'blobs', 'sha256');
  const isMarked = await exists(join(folder, 'oci-layout'));
  const firstMade = await makeFolder(blobs);
  const prepared: PreparedLayout = {
    removeIfEmpty: async () => {
      if (firstMade !== undefined && !isMarked) await removeEmptyLayout(folder, firstMade);
    },
  };
  try {
    if (!isMarked) await writeLayoutMarker(folder);
  } catch (error) {
    await prepared.removeIfEmpty();
    throw error;
  }
  return prepared;
}

async function removeEmptyLayout(folder: string, firstMade: string): Promise<void> {
  if (await exists(join(folder, 'index.json'))) return;
  const blobs = join(folder, 'blobs');
  if (!(await removeIfEmpty(join(blobs, 'sha256'))) || !(await removeIfEmpty(blobs))) return;
  await rm(join(folder, 'oci-layout'), { force: true });
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) {
    if (!(await removeIfEmpty(made))) return;
  }
}

/** @returns whether it is gone now; `false` when something is in it */
async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return true;
    if (isErrno(error, 'ENOTEMPTY') || isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}
