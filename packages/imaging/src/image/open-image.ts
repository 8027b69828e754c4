import type { ImageReader, OpenImageOptions } from './image-reader.ts';

/**
 * Opens a packed image for reading on demand. The caller disposes of it, and of the repository after it.
 *
 * @throws {IMAGE_NOT_IN_REPOSITORY} {IMAGE_NOT_CARREL} {IMAGE_FORMAT_NEWER} {IMAGE_KEY_MISSING} {IMAGE_KEY_WRONG}
 * {IMAGE_DATA_DAMAGED} {REPOSITORY_UNREACHABLE}
 */
export function openImage(options: OpenImageOptions): Promise<ImageReader> {
  return Promise.reject(new Error(`not in this commit yet: ${options.tagOrDigest}`));
}
