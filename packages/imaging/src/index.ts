export {
  type BootOrderReceipt,
  type BootRun,
  recordReads,
  type SetBootOrderOptions,
  setBootOrder,
} from './boot-order/index.ts';
export type { FileDifference, FileSystemDifference } from './diff/diff-files.ts';
export { type DiffOptions, diffImages, type ImageDifference } from './diff/diff-images.ts';
export type { DiskExtent, DiskReader } from './disk/disk-reader.ts';
export { openRawFile } from './disk/raw-file.ts';
export { fetchImage, forecastImage } from './fetch/fetch-image.ts';
export type { FetchForecast, FetchOptions, FetchReceipt, ForecastOptions } from './fetch/fetch-options.ts';
export {
  findUnusedExtents,
  type TrimmedDisk,
  type TrimmedFileSystem,
  type UnusedInFileSystem,
  type UnusedRun,
  withoutUnusedBlocks,
} from './filesystem/index.ts';
export { mediaTypes } from './format/constants.ts';
export type { ImageSummary, Provenance } from './format/manifest.ts';
export {
  type FramePeer,
  FrameStore,
  type FrameStoreOptions,
  type PeerCircle,
  type PeerPack,
  type SealedFrame,
  type SharedCounters,
  type SharedImage,
  type ShareImageOptions,
  shareImage,
} from './frame-store/index.ts';
export type { ImageLocation } from './image/image-options.ts';
export type {
  ImageReader,
  OpenImageOptions,
  StoredFrame,
  TransferCounters,
  TransferredFrom,
} from './image/image-reader.ts';
export { inspectImage } from './image/inspect-image.ts';
export { openImage } from './image/open-image.ts';
export { type KeySource, requireKey, singleKey } from './keys/key-source.ts';
export { defaultKeyringPath, type Keyring, openKeyring } from './keys/keyring.ts';
export {
  createRepositoryKey,
  formatRepositoryKey,
  parseRepositoryKey,
  type RepositoryKey,
  readKeyFile,
  repositoryKeyFrom,
} from './keys/repository-key.ts';
export {
  collectLayoutGarbage,
  type LayoutGarbageOptions,
  type LayoutGarbagePlan,
  type LayoutGarbageReceipt,
  planLayoutGarbage,
  type RepackOptions,
  type RepackReceipt,
  repackImage,
} from './maintenance/index.ts';
export {
  type ConnectNbdOptions,
  connectNbd,
  describeAddress,
  type NbdAddress,
  type NbdDiskReader,
  type NbdLimits,
  type NbdReadPolicy,
  type NbdServer,
  type NbdTrouble,
  nbdUri,
  type ServeNbdOptions,
  serveNbd,
} from './nbd/index.ts';
export { packImage } from './pack/pack-image.ts';
export type { PackOptions, PackReceipt } from './pack/pack-options.ts';
export { type AdjustableRateLimiter, createRateLimiter, type RateLimiterOptions } from './rate/index.ts';
export {
  formatReference,
  type ImageReference,
  type LayoutReference,
  parseReference,
  type RegistryReference,
  type WebLayoutReference,
} from './reference.ts';
export type { ConnectionRules } from './repository/http/connection-rules.ts';
export {
  openRepository,
  openWritableRepository,
  type RepositoryOptions,
  tagOrDigestOf,
} from './repository/open-repository.ts';
export type {
  BlobContent,
  BlobRange,
  RateLimiter,
  ReadOptions,
  Repository,
  RepositoryReader,
  StoredManifest,
  TrafficMeter,
  TransferUrgency,
  WriteOptions,
} from './repository/repository.ts';
export type { BlockSeed } from './seeds/block-seed.ts';
export {
  defaultHostIndexFolder,
  defaultIndexFolders,
  HostIndex,
  type HostIndexStatus,
  type IndexFolders,
  type IndexLimits,
  type IndexPlatform,
  indexPlatform,
  openHostSeed,
  type RefreshOptions,
  type RefreshReceipt,
  type SkippedFiles,
} from './seeds/host-index/index.ts';
export { type ImageSeedOptions, openImageSeed } from './seeds/image-seed.ts';
export { type NamedSeeds, openSeeds } from './seeds/open-seeds.ts';
export {
  type BackingRule,
  type DescribedPartition,
  type DiskLayout,
  type DiskSource,
  describeLayout,
  describeOpenSource,
  describeSource,
  type FileSystemType,
  type OpenSourceOptions,
  openSource,
  type SourceDescription,
  type SourceFormat,
} from './source/index.ts';
export {
  type FrameSource,
  type FrameSourceKind,
  SourceSet,
  type SourceSetOptions,
  type SourceTotals,
} from './sources/index.ts';
export type { VerifySample } from './verify/choose-frames.ts';
export type { VerifyProblem } from './verify/problems.ts';
export { checkImage, type VerifyOptions, type VerifyReceipt, verifyImage } from './verify/verify-image.ts';
