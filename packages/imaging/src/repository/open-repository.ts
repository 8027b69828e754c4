import { fail } from '@carrel/contract/errors';
import type { ImageReference } from '../reference.ts';
import type { HttpOptions } from './http/http-options.ts';
import { LayoutRepository } from './layout/layout-repository.ts';
import { RegistryRepository } from './registry/registry-repository.ts';
import type { Repository, RepositoryReader } from './repository.ts';
import { WebLayoutRepository } from './web-layout/web-layout-repository.ts';

export type RepositoryOptions = HttpOptions;

/** Opens the repository that a reference lies in; nothing is contacted yet. The caller disposes of it. */
export function openRepository(reference: ImageReference, options: RepositoryOptions = {}): RepositoryReader {
  return reference.kind === 'web-layout'
    ? new WebLayoutRepository(reference, options)
    : openWritableRepository(reference, options);
}

/**
 * Like {@link openRepository}, for writing too.
 *
 * @throws {REPOSITORY_READ_ONLY} for a layout on a web server
 */
export function openWritableRepository(
  reference: ImageReference,
  options: RepositoryOptions = {},
): Repository {
  switch (reference.kind) {
    case 'layout':
      return new LayoutRepository(reference);
    case 'registry':
      return new RegistryRepository(reference, options);
    case 'web-layout':
      throw fail('REPOSITORY_READ_ONLY', { repository: `${reference.origin}${reference.path}` });
  }
}

/** What {@link Repository.resolve} and `putManifest` are given for a reference. */
export function tagOrDigestOf(reference: ImageReference): string {
  if (reference.kind !== 'registry') return reference.tag;
  return reference.digest ?? reference.tag ?? 'latest';
}
