import type { Lease } from '@carrel/contract';
import { type BlockSeed, openHostSeed, openImageSeed, type RepositoryKey, singleKey } from '@carrel/imaging';
import type { IndexCache } from './index-cache.ts';
import { findCopies, type LocalCopiesParts, type LocalCopy, openCopy } from './local-copies.ts';

export interface LocalSeedsParts extends LocalCopiesParts {
  readonly indexes: IndexCache;
  /** Where the index of the computer's own files is kept. */
  readonly hostIndexFolder: string;
  /** A copy that cannot be read saves no work; that is all. */
  readonly onUnusable: (copy: LocalCopy, error: unknown) => void;
}

/** What of this computer may hold blocks of an image. Disposing of it closes the seeds. */
export interface LocalSeeds extends AsyncDisposable {
  /** In order of preference. */
  readonly seeds: readonly BlockSeed[];
  /** The one of them that stands for the computer's own files. */
  readonly hostFiles: BlockSeed | undefined;
  /** The copies were looked through, or cannot be. */
  readonly located: Promise<unknown>;
}

export interface SeededImage {
  readonly image: Lease['image'];
  readonly key: RepositoryKey;
  /** Of the workspace that wants it. */
  readonly folder: string;
  readonly useHostFiles: boolean;
}

/** Opens the local copies that may help, and the index of the computer's files where the policy allows that. */
export async function openLocalSeeds(wanted: SeededImage, parts: LocalSeedsParts): Promise<LocalSeeds> {
  await using opened = new AsyncDisposableStack();
  const copies = await findCopies(wanted.image, wanted.folder, parts);
  const found = await Promise.all(copies.map((copy) => openCopySeed(copy, wanted.key, parts)));
  const watched = found.flatMap((seed) => (seed ? [withLocated(opened.use(seed))] : []));
  const seeds = watched.map(({ seed }) => seed);
  const hostFiles = wanted.useHostFiles ? opened.use(openHostSeed(parts.hostIndexFolder)) : undefined;
  const kept = opened.move();
  return {
    seeds: hostFiles ? [...seeds, hostFiles] : seeds,
    hostFiles,
    located: Promise.all(watched.map(({ located }) => located)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The same seed, with word of when it has said where its blocks lie. */
function withLocated(seed: BlockSeed): { seed: BlockSeed; located: Promise<undefined> } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const watched: BlockSeed = {
    name: seed.name,
    locate: (wanted, options) => seed.locate(wanted, options).finally(() => resolve(undefined)),
    read: (place) => seed.read(place),
    [Symbol.asyncDispose]: () => seed[Symbol.asyncDispose](),
  };
  return { seed: watched, located: promise };
}

async function openCopySeed(
  copy: LocalCopy,
  key: RepositoryKey,
  parts: LocalSeedsParts,
): Promise<BlockSeed | undefined> {
  try {
    const { name, version, manifestDigest } = copy.source;
    const disk = await openCopy(copy, parts);
    const location = { repository: parts.indexes.alone(), tagOrDigest: manifestDigest, keys: singleKey(key) };
    return openImageSeed({ location, disk, name: `${name} version ${version} on this computer` });
  } catch (error) {
    parts.onUnusable(copy, error);
    return undefined;
  }
}
