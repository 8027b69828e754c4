import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, say } from '../shell.ts';
import { makeFileSystem, rebuildFileSystem, upgradeInPlace } from './file-system.ts';
import { type PackageSets, quickSets, wholeSets } from './package-sets.ts';
import { installSystem, patched, pointRelease } from './system-tree.ts';

/** A raw disk to be packed. */
export interface DiskImage {
  readonly name: string;
  readonly path: string;
}

/** What a run works on. All of it is made from Debian packages and kept for the next run. */
export interface Inputs {
  /** Where they lie. */
  readonly folder: string;
  readonly v1: DiskImage;
  /** v1 upgraded where it stood, then trimmed. */
  readonly v2: DiskImage;
  /** v2's files laid out afresh. */
  readonly v2r: DiskImage;
  /** Other packages for other people. */
  readonly other: DiskImage;
  /** The files of a computer that images come to. */
  readonly hostFolder: string;
  /** Packages that differ between v1 and v2. */
  readonly upgraded: readonly string[];
}

const gibibyte = 1024 ** 3;

/** Makes the inputs, or takes those that an earlier run left in the folder. */
export async function prepareInputs(parentFolder: string, isQuick: boolean): Promise<Inputs> {
  const folder = join(parentFolder, isQuick ? 'quick' : 'whole');
  await mkdir(folder, { recursive: true });
  const sets = isQuick ? quickSets : wholeSets;
  const sizeBytes = isQuick ? gibibyte / 2 : 2 * gibibyte;
  const disk = (name: string): DiskImage => ({ name, path: join(folder, `${name}.raw`) });
  const [v1, v2, v2r, other] = [disk('v1'), disk('v2'), disk('v2r'), disk('other')];
  const upgradedPath = join(folder, 'upgraded.txt');
  await makeOnce(v1.path, 'the image', (path) => installDisk(path, sizeBytes, sets, sets.image));
  await makeOnce(v2.path, 'its upgrade in place', async (path) => {
    const names = await upgradeInPlace(v1.path, path, folder);
    await writeFile(upgradedPath, names.join('\n'));
  });
  await makeOnce(v2r.path, 'the upgraded files laid out afresh', (path) =>
    rebuildFileSystem(v2.path, path, sizeBytes, folder),
  );
  await makeOnce(other.path, 'a different image', (path) => installDisk(path, sizeBytes, sets, sets.other));
  const hostFolder = join(folder, 'host');
  await makeOnce(hostFolder, 'the computer that images come to', (path) =>
    installSystem({ folder: path, variant: sets.variant, packages: sets.host, sources: patched }),
  );
  const upgraded = (await readFile(upgradedPath, 'utf8')).split('\n');
  return { folder, v1, v2, v2r, other, hostFolder, upgraded };
}

/** Makes what is missing, under another name until it is whole. */
export async function makeOnce(
  path: string,
  what: string,
  make: (path: string) => Promise<void>,
): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  say(`Making ${what} ...`);
  const unfinished = `${path}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await make(unfinished);
  await rename(unfinished, path);
  await run('sync', ['-f', path]);
}

async function installDisk(
  path: string,
  sizeBytes: number,
  { variant }: PackageSets,
  packages: readonly string[],
): Promise<void> {
  const folder = `${path}.files`;
  await installSystem({ folder, variant, packages, sources: pointRelease });
  await makeFileSystem(path, sizeBytes, folder);
  await rm(folder, { recursive: true });
}
