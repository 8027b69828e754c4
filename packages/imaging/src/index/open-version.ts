import { fail } from '@carrel/contract/errors';
import { decoding } from '../format/damaged.ts';
import { deriveImageKeys, type ImageKeys } from '../format/key-schedule.ts';
import { type ImageConfig, type ImageManifest, parseConfig, parseManifest } from '../format/manifest.ts';
import { decodeRootIndex, type RootIndex } from '../format/root-index.ts';
import type { ImageLocation } from '../image/image-options.ts';
import { requireKey } from '../keys/key-source.ts';
import type { RepositoryKey } from '../keys/repository-key.ts';
import type { ReadOptions, RepositoryReader } from '../repository/repository.ts';
import { SourceSet } from '../sources/index.ts';
import { fromSources, SourceMeter } from './from-sources.ts';
import { readVerifiedBlob } from './read-blob.ts';
import type { SectionCache } from './section-cache.ts';

/** A version whose manifest, config and root index were read and checked. */
export interface OpenedVersion {
  readonly repository: RepositoryReader;
  /** What index blobs and packs are read from; the repository is one of them. */
  readonly sources: SourceSet;
  /** Where sections may be already. */
  readonly cache: SectionCache | undefined;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly root: RootIndex;
  readonly key: RepositoryKey;
  readonly keys: ImageKeys;
  /** How long the root index took to come: little more than a round trip. */
  readonly roundTripMs: number;
}

/** Reads manifest and config, which need no key. */
export async function readDescription(
  repository: RepositoryReader,
  tagOrDigest: string,
  options: ReadOptions,
): Promise<Pick<OpenedVersion, 'manifest' | 'config'>> {
  const reference = `${repository.location} ${tagOrDigest}`;
  const manifest = parseManifest(await repository.resolve(tagOrDigest, options), reference);
  const { digest, size: sizeBytes } = manifest.config;
  const config = parseConfig(await readVerifiedBlob(repository, { digest, sizeBytes }, options), reference);
  if (config.keyId !== manifest.keyId) {
    throw fail('IMAGE_NOT_CARREL', { reference, reason: 'manifest and config name different keys' });
  }
  return { manifest, config };
}

/**
 * Reads the chain from the manifest to the root index.
 *
 * @param sources what blobs are read from, default the repository alone
 * @param cache keeps sections of the index between runs
 * @throws what `openImage` throws
 */
export async function openVersion(
  location: ImageLocation,
  options: ReadOptions,
  sources: SourceSet = new SourceSet([{ repository: location.repository, kind: 'origin' }]),
  cache?: SectionCache,
): Promise<OpenedVersion> {
  const { repository } = location;
  const meter = new SourceMeter(options.meter);
  const { manifest, config } = await readDescription(repository, location.tagOrDigest, { ...options, meter });
  const origin = sources.candidates().find((source) => source.repository === repository);
  if (origin) sources.succeeded(origin, meter.transferred);
  const key = await requireKey(location.keys, manifest.keyId);
  const keys = deriveImageKeys(key.bytes);
  const { digest, size: sizeBytes } = manifest.root;
  const askedAtMs = performance.now();
  let roundTripMs = 0;
  const root = await fromSources(sources, options, async (source, read) => {
    const blob = await readVerifiedBlob(source.repository, { digest, sizeBytes }, read);
    roundTripMs = performance.now() - askedAtMs;
    return decoding(`Root index ${digest}`, source.repository.location, () => decodeRootIndex(keys, blob));
  });
  checkAgainstManifest(manifest, config, root, `${repository.location} ${location.tagOrDigest}`);
  return { repository, sources, cache, manifest, config, root, key, keys, roundTripMs };
}

/** What the root refers to has to be in the manifest, or registries would collect it. */
function checkAgainstManifest(
  manifest: ImageManifest,
  config: ImageConfig,
  root: RootIndex,
  reference: string,
): void {
  const sizes = new Map([...manifest.indexBlobs, ...manifest.packs].map((blob) => [blob.digest, blob.size]));
  const isListed = [...root.indexBlobs, ...root.packs].every(
    (blob) => sizes.get(blob.digest) === blob.sizeBytes,
  );
  const isSameDisk = root.virtualSizeBytes === config.virtualSizeBytes && root.dataBytes === config.dataBytes;
  if (isListed && isSameDisk) return;
  throw fail('IMAGE_NOT_CARREL', { reference, reason: 'its manifest and root index do not agree' });
}
