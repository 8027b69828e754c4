import { readdir, readFile } from 'node:fs/promises';
import { type Digest, digestOfHex, type RepositoryName } from '../names.ts';
import { whereThere } from './durable-files.ts';
import type { Layout } from './layout.ts';

/** A manifest as pushed. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The manifest of this digest in the name; `undefined` when the name does not have it. */
export async function readManifest(
  layout: Layout,
  name: RepositoryName,
  digest: Digest,
): Promise<StoredManifest | undefined> {
  const mediaType = await whereThere(readFile(layout.manifest(name, digest), 'utf8'));
  if (mediaType === undefined) return undefined;
  const bytes = await whereThere(readFile(layout.blob(digest)));
  return bytes && { digest, mediaType, bytes };
}

/** Every manifest of the name, one at a time, so that memory does not grow with their number. */
export async function* readManifests(
  layout: Layout,
  name: RepositoryName,
): AsyncGenerator<StoredManifest, void, void> {
  for (const digest of await listDigests(layout.manifests(name))) {
    const manifest = await readManifest(layout, name, digest);
    if (manifest) yield manifest;
  }
}

/** The digests whose links lie in the folder; none when it does not exist. */
export async function listDigests(folder: string): Promise<Digest[]> {
  const entries = (await whereThere(readdir(folder))) ?? [];
  return entries.filter((entry) => /^[0-9a-f]{64}$/.test(entry)).map(digestOfHex);
}
