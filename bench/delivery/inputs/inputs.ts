import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
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

const noteSchema = z.object({ upgraded: z.array(z.string()) });
const gibibyte = 1024 ** 3;

/** Makes the inputs, or takes those that an earlier run left in the folder. */
export async function prepareInputs(folder: string, isQuick: boolean): Promise<Inputs> {
  const own = join(folder, isQuick ? 'quick' : 'whole');
  const notePath = join(own, 'inputs.json');
  const isThere = await stat(notePath).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    const sets = isQuick ? quickSets : wholeSets;
    const upgraded = await makeInputs(own, sets, isQuick ? gibibyte / 2 : 2 * gibibyte);
    await writeFile(`${notePath}.new`, JSON.stringify({ upgraded }));
    await rename(`${notePath}.new`, notePath);
  }
  const { upgraded } = noteSchema.parse(JSON.parse(await readFile(notePath, 'utf8')));
  const disk = (name: string): DiskImage => ({ name, path: join(own, `${name}.raw`) });
  return {
    ...{ v1: disk('v1'), v2: disk('v2'), v2r: disk('v2r'), other: disk('other') },
    ...{ hostFolder: join(own, 'host'), upgraded },
  };
}

async function makeInputs(folder: string, sets: PackageSets, sizeBytes: number): Promise<string[]> {
  const system = join(folder, 'system');
  const disk = (name: string): string => join(folder, `${name}.raw`);
  const { variant } = sets;
  say('Installing the image ...');
  await installSystem({ folder: system, variant, packages: sets.image, sources: pointRelease });
  await makeFileSystem(disk('v1'), sizeBytes, system);
  say('Upgrading a copy in place ...');
  const upgraded = await upgradeInPlace(disk('v1'), disk('v2'), folder);
  say('Laying out the upgraded files afresh ...');
  await rebuildFileSystem(disk('v2'), disk('v2r'), sizeBytes, folder);
  say('Installing a different image ...');
  await installSystem({ folder: system, variant, packages: sets.other, sources: pointRelease });
  await makeFileSystem(disk('other'), sizeBytes, system);
  await rm(system, { recursive: true });
  say('Installing the computer that images come to ...');
  await installSystem({ folder: join(folder, 'host'), variant, packages: sets.host, sources: patched });
  await rm(join(folder, 'mounted'), { recursive: true, force: true });
  await run('sync', ['-f', folder]);
  return upgraded;
}
