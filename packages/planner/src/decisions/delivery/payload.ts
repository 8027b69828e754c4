import type { Image, Plan, Workspace } from '../../plan-file/index.ts';
import type { Limits } from '../../profiles/index.ts';
import { type Bytes, bytesOfGb, type Seconds, secondsOfHours } from '../../quantities/index.ts';

/** Sizes of an image in GB, measured or assumed. */
export interface ImageSizes {
  readonly packedGb: number;
  readonly bootGb: number;
  readonly changedGb: number;
  /** On the disk of a repository, with the versions kept. */
  readonly storedGb: number;
}

/** Fills in what a plan does not say of an image from the shares of its profile. */
export function sizesOf(image: Image, limits: Limits): ImageSizes {
  const packedGb = image.packedGb ?? image.dataGb * limits.packedShare;
  const changedGb = image.update.changedGb ?? packedGb * limits.changedShare;
  return {
    packedGb,
    bootGb: image.bootGb ?? packedGb * limits.bootShare,
    changedGb,
    storedGb: limits.hasImageSum ? image.sizeGb : packedGb + (limits.versionsKept - 1) * changedGb,
  };
}

/** What lines carry for one computer that loads a workspace, headers of protocols included, and how long that may take. */
export interface Payload {
  readonly image: Image | undefined;
  readonly initialBytes: Bytes;
  readonly bootBytes: Bytes;
  readonly updateBytes: Bytes;
  readonly initialLimit: Seconds;
  readonly updateLimit: Seconds;
}

/**
 * Payloads by workspace. Seeds of the computer are taken off a first load, what breaks off is loaded again, and headers
 * of protocols come on top.
 */
export function payloadsOf(plan: Plan, workspaces: readonly Workspace[], limits: Limits): Payload[] {
  const images = new Map(plan.images.map((image) => [image.name, image]));
  const onLines = (1 + plan.delivery.retryShare) / (1 - limits.headerShare);
  return workspaces.map(({ image: name, serviceLevels }) => {
    const image = images.get(name);
    const sizes = image ? sizesOf(image, limits) : { packedGb: 0, bootGb: 0, changedGb: 0 };
    const needed = 1 - (image?.hostSeedShare ?? 0);
    return {
      image,
      initialBytes: bytesOfGb(sizes.packedGb * needed * onLines),
      bootBytes: bytesOfGb((limits.hasEarlyStart ? sizes.bootGb : sizes.packedGb) * needed * onLines),
      updateBytes: bytesOfGb(sizes.changedGb * onLines),
      initialLimit: secondsOfHours(serviceLevels.initialLoadHours),
      updateLimit: secondsOfHours(serviceLevels.updateHours),
    };
  });
}

/** Payloads that cross the line of an office with peers; they have their headers, and the limit counts these, too. */
export function peerCopiesOf(limits: Limits): number {
  return limits.officePeerCopies * (1 - limits.headerShare);
}
