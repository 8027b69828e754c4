import type { ImageSummary } from '../format/manifest.ts';
import type { RepositoryReader } from '../repository/repository.ts';

/**
 * What a packed image says about itself, without its key.
 *
 * @throws {IMAGE_NOT_IN_REPOSITORY} {IMAGE_NOT_CARREL} {IMAGE_FORMAT_NEWER} {REPOSITORY_UNREACHABLE}
 */
export function inspectImage(
  _repository: RepositoryReader,
  tagOrDigest: string,
  _signal?: AbortSignal,
): Promise<ImageSummary> {
  return Promise.reject(new Error(`not in this commit yet: ${tagOrDigest}`));
}
