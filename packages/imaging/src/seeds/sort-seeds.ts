import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { RepositoryReader } from '../repository/repository.ts';
import { isErrno } from '../storage/errno.ts';

/** Seeds, told apart: local OCI layouts hold packs, anything else holds plain blocks. */
export interface SortedSeeds {
  readonly mirrors: readonly RepositoryReader[];
  readonly paths: readonly string[];
}

/** Tells seeds apart that are OCI layouts: pre-staged folders, removable media. */
export async function sortSeeds(seeds: readonly string[]): Promise<SortedSeeds> {
  const [mirrors, paths]: [RepositoryReader[], string[]] = [[], []];
  for (const path of seeds) {
    if (await isLayout(path)) mirrors.push(new LayoutRepository({ path, name: 'image' }));
    else paths.push(path);
  }
  return { mirrors, paths };
}

async function isLayout(path: string): Promise<boolean> {
  try {
    return (await stat(join(path, 'oci-layout'))).isFile();
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return false;
    throw error;
  }
}
