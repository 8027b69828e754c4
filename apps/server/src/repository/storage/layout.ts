import { join } from 'node:path';
import { type Digest, hexOf, type RepositoryName, type Tag } from '../names.ts';

/**
 * Where things lie in the folder of the repository:
 *
 * ```
 * blobs/sha256/AB/ABCD…                the bytes, once, whoever has them (manifests too)
 * names/NAME/_layers/HEX               empty: NAME has this blob
 * names/NAME/_manifests/HEX            media type: NAME has this manifest
 * names/NAME/_tags/TAG                 digest
 * names/NAME/_referrers/HEX/HEX        descriptor of a manifest (second) about a subject (first)
 * uploads/ID, uploads/ID.name          bytes received so far, and for which NAME
 * temporary/                           files being written; emptied at every start
 * ```
 */
export interface Layout {
  readonly folder: string;
  readonly blobs: string;
  readonly names: string;
  readonly uploads: string;
  readonly temporary: string;
  blob(digest: Digest): string;
  name(name: RepositoryName): string;
  layers(name: RepositoryName): string;
  layer(name: RepositoryName, digest: Digest): string;
  manifests(name: RepositoryName): string;
  manifest(name: RepositoryName, digest: Digest): string;
  tags(name: RepositoryName): string;
  tag(name: RepositoryName, tag: Tag): string;
  referrers(name: RepositoryName, subject: Digest): string;
  referrer(name: RepositoryName, subject: Digest, digest: Digest): string;
}

/** The paths of a repository in this folder. Everything put into a path was parsed. */
export function createLayout(folder: string): Layout {
  const blobs = join(folder, 'blobs', 'sha256');
  const names = join(folder, 'names');
  const part = (name: RepositoryName, ...rest: string[]): string => join(names, name, ...rest);
  return {
    folder,
    blobs,
    names,
    uploads: join(folder, 'uploads'),
    temporary: join(folder, 'temporary'),
    blob: (digest) => join(blobs, hexOf(digest).slice(0, 2), hexOf(digest)),
    name: (name) => part(name),
    layers: (name) => part(name, '_layers'),
    layer: (name, digest) => part(name, '_layers', hexOf(digest)),
    manifests: (name) => part(name, '_manifests'),
    manifest: (name, digest) => part(name, '_manifests', hexOf(digest)),
    tags: (name) => part(name, '_tags'),
    tag: (name, tag) => part(name, '_tags', tag),
    referrers: (name, subject) => part(name, '_referrers', hexOf(subject)),
    referrer: (name, subject, digest) => part(name, '_referrers', hexOf(subject), hexOf(digest)),
  };
}
