// Packing disks. Apart from the rest, so that packing begins without loading what it does not use.
export { type TrimmedDisk, withoutUnusedBlocks } from './filesystem/index.ts';
export { packImage } from './pack/pack-image.ts';
export type { PackReceipt } from './pack/pack-options.ts';
export { type DiskSource, describeOpenSource, openSource } from './source/index.ts';
