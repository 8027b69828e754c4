import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../storage/errno.ts';

/** Keeps sections of indexes between runs, sealed as they are stored, so that an update reads only those that changed. */
export interface SectionCache {
  /** @param id of the section, in hex */
  read(id: string): Promise<Uint8Array | undefined>;
  write(id: string, stored: Uint8Array): Promise<void>;
  /** Removes what was not used for longest until the rest is within the limit. */
  prune(): Promise<void>;
}

export interface SectionCacheOptions {
  /** Made when it is missing. What lies there is encrypted and checked at each use. */
  readonly folder: string;
  readonly maxBytes: number;
}

// A cache only saves work: where it cannot be written, for whatever reason, it does nothing.
const passedOver = [
  'ENOENT',
  'ENOSPC',
  'EDQUOT',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'EIO',
  'EBUSY',
];

/** A folder with a file for each section, named by its id; any number of processes may use it. */
export function openSectionCache({ folder, maxBytes }: SectionCacheOptions): SectionCache {
  const pathOf = (id: string): string => join(folder, id);
  return {
    read: (id) =>
      orNothing(async () => {
        const stored = await readFile(pathOf(id));
        const now = new Date();
        await utimes(pathOf(id), now, now);
        return new Uint8Array(stored);
      }),
    write: async (id, stored) => {
      const temporary = join(folder, `.${process.pid}-${randomBytes(6).toString('hex')}`);
      await orNothing(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(temporary, stored, { flag: 'wx', mode: 0o600 });
        await rename(temporary, pathOf(id));
      });
      await orNothing(() => rm(temporary, { force: true }));
    },
    prune: async () => {
      await orNothing(() => pruneFolder(folder, maxBytes));
    },
  };
}

async function pruneFolder(folder: string, maxBytes: number): Promise<void> {
  const files: { readonly path: string; readonly bytes: number; readonly usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    const info = await orNothing(() => stat(join(folder, name)));
    if (info) files.push({ path: join(folder, name), bytes: info.size, usedMs: info.mtimeMs });
  }
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (bytes <= maxBytes) return;
    await rm(file.path, { recursive: true, force: true });
    bytes -= file.bytes;
  }
}

async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (passedOver.some((code) => isErrno(error, code))) return undefined;
    throw error;
  }
}
