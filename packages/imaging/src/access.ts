// What images are read from and with: references, repositories, keys. Apart from the rest, so that a command loads no
// more than it uses.
export { type KeySource, singleKey } from './keys/key-source.ts';
export { defaultKeyringPath, openKeyring } from './keys/keyring.ts';
export { type RepositoryKey, readKeyFile } from './keys/repository-key.ts';
export { type ImageReference, parseReference } from './reference.ts';
export {
  openRepository,
  openWritableRepository,
  type RepositoryOptions,
  tagOrDigestOf,
} from './repository/open-repository.ts';
export type { Repository, RepositoryReader } from './repository/repository.ts';
export { indexPlatform } from './seeds/host-index/default-folders.ts';
export { defaultHostIndexFolder } from './seeds/host-index/index-folder.ts';
export type { NamedSeeds } from './seeds/open-seeds.ts';
export type { FrameSource } from './sources/index.ts';
