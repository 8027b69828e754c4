import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { BlockSeed } from '../seeds/block-seed.ts';
import { openPathSeed } from '../seeds/path-seed.ts';
import type { FrameSource } from '../sources/index.ts';
import { isErrno } from '../storage/errno.ts';

/** What was named as seeds, told apart. Disposing it disposes of what was opened here only. */
export interface LocalPlaces extends AsyncDisposable {
  /** In order of preference. */
  readonly seeds: readonly BlockSeed[];
  /** Paths of OCI layouts: pre-staged folders, removable media. They hold packs, not plain blocks. */
  readonly staged: readonly FrameSource[];
}

/**
 * Opens what is named by a path.
 *
 * @throws {SOURCE_NOT_FOUND} when a path does not exist
 */
export async function openLocalPlaces(named: readonly (string | BlockSeed)[]): Promise<LocalPlaces> {
  const [seeds, opened, staged]: [BlockSeed[], BlockSeed[], FrameSource[]] = [[], [], []];
  for (const place of named) {
    if (typeof place !== 'string') seeds.push(place);
    else if (await isLayout(place)) {
      staged.push({ kind: 'staged', repository: new LayoutRepository({ path: place, name: 'image' }) });
    } else {
      const seed = openPathSeed(place);
      seeds.push(seed);
      opened.push(seed);
    }
  }
  return {
    seeds,
    staged,
    [Symbol.asyncDispose]: async () => {
      for (const seed of opened) await seed[Symbol.asyncDispose]();
    },
  };
}

async function isLayout(path: string): Promise<boolean> {
  await stat(path).catch((error: unknown) => {
    throw isErrno(error, 'ENOENT') ? fail('SOURCE_NOT_FOUND', { path }, error) : error;
  });
  try {
    return (await stat(join(path, 'oci-layout'))).isFile();
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR') || isErrno(error, 'EACCES')) return false;
    throw error;
  }
}
