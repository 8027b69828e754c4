import type { PackOptions, PackReceipt } from './pack-options.ts';

/**
 * Packs a disk into a repository. Blocks that the image repeats or older versions hold are referred to, not stored.
 * The same disk, key and provenance give the same manifest. Running it again after an interruption goes on with the
 * blobs that are already there; when it rejects, the tag still points where it did.
 *
 * @throws {SOURCE_DAMAGED} {REPOSITORY_UNREACHABLE} {REPOSITORY_REFUSED} {DISK_FULL} {IMAGE_KEY_MISSING}
 */
export function packImage(options: PackOptions): Promise<PackReceipt> {
  return Promise.reject(new Error(`not in this commit yet: ${options.tag}`));
}
