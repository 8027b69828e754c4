import type { LongOperationOptions } from '@carrel/kit';
import type { ImageLocation } from '../image/image-options.ts';
import { openImage } from '../image/open-image.ts';
import { type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { openVersion } from '../index/open-version.ts';
import { singleKey } from '../keys/key-source.ts';
import { packImage } from '../pack/pack-image.ts';
import type { Repository } from '../repository/repository.ts';

export interface RepackOptions extends ImageLocation, LongOperationOptions {
  readonly repository: Repository;
  /** Points at the new version. */
  readonly tag: string;
  /** Packs of which the version uses a smaller share of the blocks are left behind. From 0 to 1, default 0.5. */
  readonly leastLiveShare?: number | undefined;
  readonly threads?: number;
}

export interface RepackReceipt {
  /** Of the new version; of the old one when there was nothing to do. */
  readonly digest: string;
  /** Packs of the old version, and how many of them the new one does without. */
  readonly packs: number;
  readonly packsLeft: number;
  /** Bytes of the packs left behind; freed when no other version needs them and garbage is collected. */
  readonly bytesLeft: number;
  /** Bytes stored anew in their place. */
  readonly storedBytes: number;
}

/**
 * Makes a version with the same disk that no longer needs packs of which little is used: those blocks are stored
 * again, in new packs. The old version stays as it is; nothing that was published changes.
 *
 * @throws what `openImage` and `packImage` throw
 */
export async function repackImage(options: RepackOptions): Promise<RepackReceipt> {
  const { repository, signal, tag, leastLiveShare = 0.5 } = options;
  const version = await openVersion(options, { signal });
  const index = await loadImageIndex(version, { signal });
  const shares = liveShares(index);
  const left = index.packs.filter((_, at) => (shares[at] ?? 0) < leastLiveShare);
  const receipt = { packs: index.packs.length, packsLeft: left.length };
  if (left.length === 0) return { ...receipt, digest: version.manifest.digest, bytesLeft: 0, storedBytes: 0 };
  const keys = singleKey(version.key);
  await using source = await openImage({ ...options, tagOrDigest: version.manifest.digest, keys });
  const { machine, provenance } = version.config;
  const packed = await packImage({
    source,
    repository,
    tag,
    keys,
    machine,
    provenance,
    withoutPacks: new Set(left.map((pack) => pack.digest)),
    bootOrder: version.root.bootOrder ?? [],
    ...(signal && { signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  });
  const bytesLeft = left.reduce((sum, pack) => sum + pack.sizeBytes, 0);
  return { ...receipt, digest: packed.digest, bytesLeft, storedBytes: packed.storedBytes };
}

/** Which share of the blocks of each pack the disk holds, from 0 to 1. */
function liveShares(index: ImageIndex): number[] {
  const used = new Uint8Array(index.frames.blockCount);
  for (let at = 0; at < index.runs.count; at += 1) {
    const run = index.runs.at(at);
    used.fill(1, run.stored, run.stored + run.blocks);
  }
  return index.packs.map((pack, at) => {
    const first = index.frames.firstBlockOf(index.frames.packFrames[at] ?? 0);
    const live = used.subarray(first, first + pack.blocks).reduce((sum, isUsed) => sum + isUsed, 0);
    return live / pack.blocks;
  });
}
