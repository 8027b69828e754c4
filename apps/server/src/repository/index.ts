export type { RepositoryCaller } from './http/exchange.ts';
export type { VerifyCredentials } from './http/known-callers.ts';
export { type RepositoryPluginOptions, repositoryPlugin } from './http/plugin.ts';
export { type Digest, isDigest, isRepositoryName, isTag, type RepositoryName, type Tag } from './names.ts';
export type { GarbageReceipt } from './storage/garbage-execute.ts';
export type { GarbageLink, GarbageOptions, GarbagePlan } from './storage/garbage-plan.ts';
export type { StoredManifest } from './storage/manifest-files.ts';
export { openStorage, type RepositoryStorage, type StorageOptions } from './storage/open-storage.ts';
