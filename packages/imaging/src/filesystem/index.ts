export { type ListedFile, listExtFiles } from './ext/files/list-files.ts';
export { findUnusedExtents, type UnusedInFileSystem } from './find-unused-extents.ts';
export { NotTrusted } from './not-trusted.ts';
export type { UnusedRun } from './unused-runs.ts';
export { type TrimmedDisk, type TrimmedFileSystem, withoutUnusedBlocks } from './without-unused-blocks.ts';
