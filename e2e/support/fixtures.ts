import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RoleName } from '@carrel/contract';
import type { Instance } from './instance.ts';

const mebibyte = 1024 ** 2;

/** Packs a disk of random data and publishes it as the next version of the image `tiny`. */
export async function publishTiny(
  instance: Instance,
  tag: number,
  ...options: readonly string[]
): Promise<void> {
  const disk = join(instance.folder, `tiny-${tag}.raw`);
  await writeFile(disk, randomBytes(mebibyte));
  const reference = `${instance.url}/tiny:${tag}`;
  await instance.run('image', 'pack', disk, '--to', reference);
  await instance.run('image', 'publish', reference, '--as', 'tiny', '--notes', `build ${tag}`, ...options);
}

export interface NewPerson {
  readonly userName: string;
  readonly password: string;
  readonly role: RoleName;
}

/** Adds somebody who may manage. */
export async function addPerson(instance: Instance, { userName, password, role }: NewPerson): Promise<void> {
  const file = join(instance.folder, `password-of-${userName}`);
  await writeFile(file, password, { mode: 0o600 });
  await instance.run('user', 'add', userName, '--role', role, '--password-file', file);
}

/** Makes a workspace of the image `tiny` with the policy's defaults. */
export async function makeWorkspace(instance: Instance, name: string): Promise<void> {
  const file = join(instance.folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ name, image: 'tiny' }));
  await instance.run('workspace', 'apply', '-f', file);
}
