import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { abortReason } from '@carrel/kit';
import { type Digest, digestOfHex, isRepositoryName, type RepositoryName } from '../names.ts';
import type { StorageCore } from './core.ts';
import { whereThere } from './durable-files.ts';
import { type ManifestContent, parseManifest } from './manifest-content.ts';
import { listDigests, readManifests } from './manifest-files.ts';
import type { Manifests } from './manifests.ts';

/** Something a name has and need not have. */
export interface GarbageLink {
  readonly name: RepositoryName;
  readonly digest: Digest;
}

/** What collecting garbage would remove; carried out by `executeGarbage` of the same run of the server. */
export interface GarbagePlan {
  /** Manifests that no tag, no wish and no other manifest keeps; tags they have all the same go with them. */
  readonly manifests: readonly GarbageLink[];
  /** Blobs of a name that no manifest of the name needs. */
  readonly links: readonly GarbageLink[];
  /** Bytes that no name has any more. */
  readonly blobs: readonly { readonly digest: Digest; readonly sizeBytes: number }[];
  readonly sizeBytes: number;
  /** Monotonic time; whatever was used since is not garbage after all. */
  readonly keepUsedSinceMs: number;
}

export interface GarbageOptions {
  /** What came or was used less long ago stays: its push may not be complete. Default a day. */
  readonly graceMs?: number;
  /** Whether a manifest without a tag is still wanted. Default: every one is. */
  readonly isManifestWanted?: (name: RepositoryName, digest: Digest) => boolean;
  /** Whether its tags keep a manifest, which go with it otherwise. Default: they do. */
  readonly isKeptByTags?: (name: RepositoryName, digest: Digest) => boolean;
  readonly signal?: AbortSignal;
}

/** Finds what nobody needs; changes nothing. */
export async function planGarbage(
  core: StorageCore,
  manifests: Manifests,
  options: GarbageOptions,
): Promise<GarbagePlan> {
  const graceMs = options.graceMs ?? 86_400_000;
  const keepUsedSinceMs = core.clock.monotonicMs() - graceMs;
  const isRecent = async (digest: Digest, file: string): Promise<boolean> => {
    if (core.recentUse.wasUsedSince(digest, keepUsedSinceMs)) return true;
    const found = await whereThere(stat(file));
    return found !== undefined && core.clock.nowMs() - found.mtimeMs < graceMs;
  };
  const needed = new Set<Digest>();
  const plan = { manifests: [] as GarbageLink[], links: [] as GarbageLink[] };
  for await (const name of walkNames(core.layout.names)) {
    if (options.signal?.aborted) throw abortReason(options.signal);
    const contents = await readContents(core, name);
    const kept = await keptManifests(core, manifests, name, contents, options, isRecent);
    for (const digest of contents.keys()) if (!kept.has(digest)) plan.manifests.push({ name, digest });
    const neededHere = new Set([...kept].flatMap((digest) => needsOf(contents, digest)));
    for (const digest of kept) needed.add(digest);
    for (const digest of await listDigests(core.layout.layers(name))) {
      const stays = neededHere.has(digest) || (await isRecent(digest, core.layout.layer(name, digest)));
      if (stays) needed.add(digest);
      else plan.links.push({ name, digest });
    }
  }
  const blobs = await unneededBlobs(core, needed, isRecent);
  const sizeBytes = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  return { ...plan, blobs, sizeBytes, keepUsedSinceMs };
}

type IsRecent = (digest: Digest, file: string) => Promise<boolean>;
type Contents = ReadonlyMap<Digest, ManifestContent>;

async function readContents(core: StorageCore, name: RepositoryName): Promise<Contents> {
  const contents = new Map<Digest, ManifestContent>();
  for await (const { digest, bytes, mediaType } of readManifests(core.layout, name)) {
    contents.set(digest, parseManifest(bytes, mediaType));
  }
  return contents;
}

function needsOf(contents: Contents, digest: Digest): Digest[] {
  return contents.get(digest)?.needs.map((need) => need.digest) ?? [];
}

/** Tagged, wanted or new manifests, with what their indexes list and what is about them. */
async function keptManifests(
  core: StorageCore,
  manifests: Manifests,
  name: RepositoryName,
  contents: Contents,
  options: GarbageOptions,
  isRecent: IsRecent,
): Promise<ReadonlySet<Digest>> {
  const isWanted = options.isManifestWanted ?? (() => true);
  const isKeptByTags = options.isKeptByTags ?? (() => true);
  const kept = new Set<Digest>();
  for (const tag of await manifests.listTags(name)) {
    const digest = await manifests.resolveTag(name, tag);
    if (digest && isKeptByTags(name, digest)) kept.add(digest);
  }
  for (const digest of contents.keys()) {
    if (isWanted(name, digest) || (await isRecent(digest, core.layout.manifest(name, digest))))
      kept.add(digest);
  }
  // A Set is walked in the order of insertion, what is added on the way included: this ends when nothing new comes.
  for (const digest of kept) {
    for (const need of contents.get(digest)?.needs ?? []) if (need.kind === 'manifest') kept.add(need.digest);
    for (const [other, { subject }] of contents) if (subject === digest) kept.add(other);
  }
  return kept;
}

async function unneededBlobs(
  core: StorageCore,
  needed: ReadonlySet<Digest>,
  isRecent: IsRecent,
): Promise<GarbagePlan['blobs']> {
  const found: { digest: Digest; sizeBytes: number }[] = [];
  for (const folder of await readdir(core.layout.blobs)) {
    for (const hex of await readdir(join(core.layout.blobs, folder))) {
      const digest = digestOfHex(hex);
      const path = core.layout.blob(digest);
      if (needed.has(digest) || (await isRecent(digest, path))) continue;
      const file = await whereThere(stat(path));
      if (file) found.push({ digest, sizeBytes: file.size });
    }
  }
  return found;
}

/** Every name something was pushed to. Folders of ours begin with `_`, which no segment of a name does. */
async function* walkNames(root: string, prefix = ''): AsyncGenerator<RepositoryName, void, void> {
  const entries = await readdir(join(root, prefix));
  if (isRepositoryName(prefix) && entries.some((entry) => entry.startsWith('_'))) yield prefix;
  for (const entry of entries) {
    if (!entry.startsWith('_')) yield* walkNames(root, prefix === '' ? entry : `${prefix}/${entry}`);
  }
}
