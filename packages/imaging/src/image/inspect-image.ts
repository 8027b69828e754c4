import type { ImageConfig, ImageManifest, ImageSummary } from '../format/manifest.ts';
import { readDescription } from '../index/open-version.ts';
import type { RepositoryReader } from '../repository/repository.ts';

/**
 * What a packed image says about itself, without its key.
 *
 * @throws {IMAGE_NOT_IN_REPOSITORY} {IMAGE_NOT_CARREL} {IMAGE_FORMAT_NEWER} {REPOSITORY_UNREACHABLE}
 */
export async function inspectImage(
  repository: RepositoryReader,
  tagOrDigest: string,
  signal?: AbortSignal,
): Promise<ImageSummary> {
  const { manifest, config } = await readDescription(repository, tagOrDigest, { signal });
  return summarize(manifest, config);
}

export function summarize(manifest: ImageManifest, config: ImageConfig): ImageSummary {
  const blobs = [manifest.config, manifest.root, ...manifest.indexBlobs, ...manifest.packs];
  return {
    digest: manifest.digest,
    storedBytes: blobs.reduce((sum, blob) => sum + blob.size, 0),
    keyId: config.keyId,
    formatVersion: config.formatVersion,
    virtualSizeBytes: config.virtualSizeBytes,
    dataBytes: config.dataBytes,
    machine: config.machine,
    provenance: config.provenance,
  };
}
