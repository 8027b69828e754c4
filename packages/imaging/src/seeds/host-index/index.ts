export {
  defaultIndexFolders,
  type IndexFolders,
  type IndexPlatform,
  indexPlatform,
} from './default-folders.ts';
export { HostIndex, type HostIndexStatus } from './host-index.ts';
export { openHostSeed } from './host-seed.ts';
export { defaultHostIndexFolder } from './index-folder.ts';
export type {
  IndexLimits,
  RefreshOptions,
  RefreshReceipt,
  SkippedFiles,
} from './index-options.ts';
