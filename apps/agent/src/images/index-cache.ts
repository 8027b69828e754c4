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
   *
   * @param nearer asked before the repository, in order; what they give is checked like everything else
   */
  over(repository: RepositoryReader, nearer?: readonly RepositoryReader[]): RepositoryReader;
  /** Whether everything but the packs of an image is kept. */
  holds(manifestDigest: string): Promise<boolean>;
  /** Removes what none of these images, and none that is open, refers to. */
  retain(manifestDigests: readonly string[]): Promise<void>;
}

/** @param folder private to the agent; made when missing */
export function createIndexCache(folder: string): IndexCache {
  const blobs = new BlobFolder(folder);
  /** Manifests that open readers were asked for, as often as there are such readers. */
  const inUse: string[] = [];
  const onUse = (digest: string, isInUse: boolean): void => {
    if (isInUse) inUse.push(digest);
    else inUse.splice(inUse.indexOf(digest), 1);
  };
  return {
    over: (repository, nearer = []) => new CachedRepository(blobs, repository, nearer, onUse),
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
