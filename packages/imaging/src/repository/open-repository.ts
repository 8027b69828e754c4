import type { ImageReference } from '../reference.ts';
import { LayoutRepository } from './layout/layout-repository.ts';
import type { RegistryOptions } from './registry/registry-options.ts';
import { RegistryRepository } from './registry/registry-repository.ts';
import type { Repository } from './repository.ts';

export type RepositoryOptions = RegistryOptions;

/** Opens the repository that a reference lies in; nothing is contacted yet. The caller disposes of it. */
export function openRepository(reference: ImageReference, options: RepositoryOptions = {}): Repository {
  return reference.kind === 'layout'
    ? new LayoutRepository(reference)
    : new RegistryRepository(reference, options);
}

/** What {@link Repository.resolve} and `putManifest` are given for a reference. */
export function tagOrDigestOf(reference: ImageReference): string {
  if (reference.kind === 'layout') return reference.tag;
  return reference.digest ?? reference.tag ?? 'latest';
}
