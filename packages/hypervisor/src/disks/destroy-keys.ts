import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { machinePaths } from '../host/machine-folder.ts';
import { hasCode } from '../host/system-error.ts';
import { luksHeaderBytes } from './luks-header.ts';

/**
 * How much of each file is overwritten: our disks have their LUKS header, with all key material, within the first
 * three clusters of at most 128 KiB and the header's own length; a LUKS container begins with it. A round number above
 * both.
 */
const destroyedBytes = 4 * 1024 ** 2;

/**
 * Overwrites the key material of all disks in a machine's folder, saved states and unfinished files included, with
 * random bytes. What is behind it can never be opened again, whoever knows the key. The machine must not run. Doing it
 * twice changes nothing.
 *
 * A solid-state drive may keep the old cells for a while; without the passphrase, which is in no file, they open nothing.
 */
export async function destroyDiskKeys(folder: string): Promise<void> {
  if (luksHeaderBytes + 3 * 128 * 1024 > destroyedBytes) throw new RangeError('the key material is longer');
  const { guestFolder } = machinePaths(folder);
  for (const name of await namesIn(guestFolder)) await overwriteStart(join(guestFolder, name));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The guest's user may write to the folder: no link is followed. */
async function overwriteStart(path: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  await using _close = file;
  const length = Math.min(destroyedBytes, (await file.stat()).size);
  const noise = randomBytes(length);
  for (let done = 0; done < length; ) {
    const { bytesWritten } = await file.write(noise, done, length - done, done);
    done += bytesWritten;
  }
  await file.sync();
}
