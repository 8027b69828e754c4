import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { tinyDisk } from '../../packages/imaging/src/build/testing/tiny-disk.ts';
import type { Instance } from './instance.ts';

/** Between the boot loader and the first partition, where nothing looks. */
const unusedAt = 1_000_000;

/** Publishes another version of the smallest guest, which differs in nothing that runs. */
export async function publishNewerTiny(instance: Instance, version: number): Promise<void> {
  const disk = join(instance.folder, `tiny-${version}.raw`);
  await copyFile(await tinyDisk(), disk);
  {
    await using file = await open(disk, 'r+');
    await file.write(Buffer.from(`version ${version}`), 0, undefined, unusedAt);
  }
  const reference = `${instance.url}/tiny:${version}`;
  await instance.run('image', 'pack', disk, '--to', reference, '--guest-agent', '--guest-os', 'linux');
  await instance.run('image', 'publish', reference, '--as', 'tiny');
}
