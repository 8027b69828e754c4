import { abortReason, type LongOperationOptions } from '@carrel/kit';
import type { Digest } from '../names.ts';
import type { StorageCore } from './core.ts';
import { removeDurably } from './durable-files.ts';
import type { GarbagePlan } from './garbage-plan.ts';
import type { Manifests } from './manifests.ts';

/** What was removed. */
export interface GarbageReceipt {
  readonly manifestCount: number;
  readonly linkCount: number;
  readonly blobCount: number;
  readonly freedBytes: number;
}

/**
 * Removes what the plan says, except what has come into use since it was made. Names lose what they have before the
 * bytes go, so that an interruption leaves garbage for the next time and never a name without its bytes.
 */
export async function executeGarbage(
  core: StorageCore,
  manifests: Manifests,
  plan: GarbagePlan,
  options: LongOperationOptions = {},
): Promise<GarbageReceipt> {
  const { layout, openBlobs, recentUse, references } = core;
  const receipt = { manifestCount: 0, linkCount: 0, blobCount: 0, freedBytes: 0 };
  const isStillGarbage = (digest: Digest): boolean => {
    if (options.signal?.aborted) throw abortReason(options.signal);
    return !recentUse.wasUsedSince(digest, plan.keepUsedSinceMs);
  };
  const reportProgress = (): void =>
    options.onProgress?.({ phase: 'removing', doneBytes: receipt.freedBytes, totalBytes: plan.sizeBytes });

  reportProgress();
  for (const { name, digest } of plan.manifests) {
    await references.run(async () => {
      if (isStillGarbage(digest) && (await manifests.removeUnlocked(name, digest)))
        receipt.manifestCount += 1;
    });
  }
  for (const { name, digest } of plan.links) {
    await references.run(async () => {
      if (!isStillGarbage(digest)) return;
      if (await removeDurably(layout.layer(name, digest))) receipt.linkCount += 1;
      await openBlobs.drop(name, digest);
    });
  }
  for (const { digest, sizeBytes } of plan.blobs) {
    await references.run(async () => {
      if (!isStillGarbage(digest) || !(await removeDurably(layout.blob(digest)))) return;
      receipt.blobCount += 1;
      receipt.freedBytes += sizeBytes;
    });
    reportProgress();
  }
  recentUse.forgetBefore(plan.keepUsedSinceMs);
  return receipt;
}
