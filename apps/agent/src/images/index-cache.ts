import { fail } from '@carrel/contract';
import type { RepositoryReader } from '@carrel/imaging';
import { BlobFolder } from './blob-folder.ts';
import { CachedRepository } from './cached-repository.ts';
import { keptIndexBlobs } from './index-blobs.ts';

/**
 * Manifests and indexes of images, kept here by digest, so that opening an image again, and finding its blocks in a
 * local copy, need no repository. Packs are never kept.
 */
export interface IndexCache {
  /**
   * A repository with what is kept read from here; what is read of a manifest or an index through it is kept from then
   * on, whole. Disposing of it leaves the repositories open.
   */
  over(repository: RepositoryReader): RepositoryReader;
  /** What is kept, and nothing else. */
  alone(): RepositoryReader;
  /** Whether everything but the packs of an image is kept. */
  holds(manifestDigest: string): Promise<boolean>;
  /** Removes what none of these images, and none that is open, refers to. */
  retain(manifestDigests: readonly string[]): Promise<void>;
}

/** The place of everything that is not kept. */
const nowhere: RepositoryReader = {
  location: 'this computer',
  resolve: (reference) => Promise.reject(fail('IMAGE_NOT_IN_REPOSITORY', { reference })),
  readBlob: (digest) => {
    throw fail('IMAGE_DATA_MISSING', { what: `Blob ${digest}`, source: 'this computer' });
  },
  blobSize: () => Promise.resolve(undefined),
  listTags: () => Promise.resolve([]),
  listManifests: () => Promise.resolve([]),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** @param folder private to the agent; made when missing */
export function createIndexCache(folder: string): IndexCache {
  const blobs = new BlobFolder(folder);
  /** Manifests that open readers were asked for, as often as there are such readers. */
  const inUse: string[] = [];
  /** Of all index blobs that a manifest named. */
  const sizes = new Map<string, number>();
  const onUse = (digest: string, isInUse: boolean): void => {
    if (isInUse) inUse.push(digest);
    else inUse.splice(inUse.indexOf(digest), 1);
  };
  return {
    over: (repository) => new CachedRepository({ blobs, sizes, repository, onUse }),
    alone: () => new CachedRepository({ blobs, sizes, repository: nowhere, onUse }),
    holds: async (manifestDigest) => {
      const index = await keptIndexBlobs(blobs, manifestDigest);
      if (!index) return false;
      for (const { digest } of index) if (!(await blobs.isHere(digest))) return false;
      return true;
    },
    retain: async (manifestDigests) => {
      const digests = [...manifestDigests, ...inUse];
      const kept = new Set(digests);
      for (const manifest of digests) {
        for (const { digest } of (await keptIndexBlobs(blobs, manifest)) ?? []) kept.add(digest);
      }
      await blobs.retain(kept);
    },
  };
}
