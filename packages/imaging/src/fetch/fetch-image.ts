import type { FetchOptions, FetchReceipt } from './fetch-options.ts';

/**
 * Brings an image to a sparse local file with the fewest bytes. Run again after an interruption, it keeps what it
 * finds in the partial file and verifies.
 *
 * @throws {TARGET_EXISTS} {DISK_FULL} {IMAGE_DATA_DAMAGED} {REPOSITORY_UNREACHABLE}, and what `openImage` throws
 */
export function fetchImage(options: FetchOptions): Promise<FetchReceipt> {
  return Promise.reject(new Error(`not in this commit yet: ${options.tagOrDigest}`));
}
