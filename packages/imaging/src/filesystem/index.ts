export { findUnusedExtents, type UnusedInFileSystem } from './find-unused-extents.ts';
export type { UnusedRun } from './unused-runs.ts';
export { type TrimmedDisk, type TrimmedFileSystem, withoutUnusedBlocks } from './without-unused-blocks.ts';
