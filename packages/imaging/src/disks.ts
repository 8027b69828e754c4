// Disks to make images of: from recipes, and from other formats. Apart from the rest, which most programs need alone.
export { type BuildOptions, type BuildReceipt, buildImage } from './build/index.ts';
export { type ImportOptions, type ImportReceipt, importDisk } from './import/index.ts';
