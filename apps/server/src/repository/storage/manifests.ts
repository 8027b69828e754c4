import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { ociFail } from '../errors.ts';
import { type Digest, digestOfHex, isDigest, isTag, type RepositoryName, type Tag } from '../names.ts';
import type { StorageCore } from './core.ts';
import { removeDurably, whereThere, writeWhole } from './durable-files.ts';
import { type ManifestContent, type ManifestNeed, parseManifest } from './manifest-content.ts';
import { listDigests, readManifest, type StoredManifest } from './manifest-files.ts';

/** One line of the list of manifests about another. */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The manifests and tags of all names. */
export class Manifests {
  readonly #core: StorageCore;

  constructor(core: StorageCore) {
    this.#core = core;
  }

  /** The digest a tag points at; `undefined` when there is no such tag. */
  async resolveTag(name: RepositoryName, tag: Tag): Promise<Digest | undefined> {
    const digest = await whereThere(readFile(this.#core.layout.tag(name, tag), 'utf8'));
    return digest !== undefined && isDigest(digest) ? digest : undefined;
  }

  read(name: RepositoryName, digest: Digest): Promise<StoredManifest | undefined> {
    return readManifest(this.#core.layout, name, digest);
  }

  /**
   * Stores a manifest and, when one is given, points the tag at it. Durable when it resolves.
   *
   * @throws {MANIFEST_INVALID}
   * @throws {MANIFEST_BLOB_UNKNOWN} when something it refers to is not in the name
   */
  async put(
    name: RepositoryName,
    bytes: Uint8Array,
    mediaType: string,
    tag?: Tag,
  ): Promise<{ readonly digest: Digest; readonly subject: Digest | undefined }> {
    const content = parseManifest(bytes, mediaType);
    const digest = digestOfHex(createHash('sha256').update(bytes).digest('hex'));
    await this.#core.references.run(() => this.#store(name, { digest, mediaType, bytes }, content, tag));
    return { digest, subject: content.subject };
  }

  /** Removes the tag only; whether it was there. */
  removeTag(name: RepositoryName, tag: Tag): Promise<boolean> {
    return this.#core.references.run(() => removeDurably(this.#core.layout.tag(name, tag)));
  }

  /** Removes a manifest with every tag that points at it; whether it was there. Its blobs stay until collected. */
  remove(name: RepositoryName, digest: Digest): Promise<boolean> {
    return this.#core.references.run(() => this.removeUnlocked(name, digest));
  }

  /** As {@link remove}, for callers that hold `references`. */
  async removeUnlocked(name: RepositoryName, digest: Digest): Promise<boolean> {
    const { layout } = this.#core;
    const manifest = await this.read(name, digest);
    for (const tag of await this.listTags(name)) {
      if ((await this.resolveTag(name, tag)) === digest) await removeDurably(layout.tag(name, tag));
    }
    const wasThere = await removeDurably(layout.manifest(name, digest));
    const subject = manifest && parseManifest(manifest.bytes, manifest.mediaType).subject;
    if (subject) await removeDurably(layout.referrer(name, subject, digest));
    return wasThere;
  }

  /** Tags in lexical order (of bytes, as all are ASCII). */
  async listTags(name: RepositoryName): Promise<Tag[]> {
    const entries = (await whereThere(readdir(this.#core.layout.tags(name)))) ?? [];
    return entries.filter(isTag).sort();
  }

  /** Whether anything was ever pushed to the name. */
  async hasName(name: RepositoryName): Promise<boolean> {
    return (await whereThere(stat(this.#core.layout.manifests(name)))) !== undefined;
  }

  /** The manifests of the name that are about `subject`, by digest. */
  async listReferrers(name: RepositoryName, subject: Digest): Promise<Referrer[]> {
    const found: Referrer[] = [];
    for (const digest of (await listDigests(this.#core.layout.referrers(name, subject))).sort()) {
      const manifest = await this.read(name, digest);
      if (manifest) found.push(referrerOf(manifest));
    }
    return found;
  }

  async #store(
    name: RepositoryName,
    manifest: StoredManifest,
    content: ManifestContent,
    tag: Tag | undefined,
  ): Promise<void> {
    const { layout, recentUse } = this.#core;
    const { digest, mediaType, bytes } = manifest;
    for (const used of [digest, ...content.needs.map((need) => need.digest)]) recentUse.touch(used);
    await Promise.all(content.needs.map((need) => this.#check(name, need)));
    if (!(await whereThere(stat(layout.blob(digest))))) {
      await writeWhole(layout.blob(digest), bytes, layout.temporary);
    }
    const { subject } = content;
    if (subject) await writeWhole(layout.referrer(name, subject, digest), '', layout.temporary);
    await writeWhole(layout.manifest(name, digest), mediaType, layout.temporary);
    if (tag !== undefined) await writeWhole(layout.tag(name, tag), digest, layout.temporary);
  }

  async #check(name: RepositoryName, need: ManifestNeed): Promise<void> {
    const { layout } = this.#core;
    const link = need.kind === 'blob' ? layout.layer(name, need.digest) : layout.manifest(name, need.digest);
    const isLinked = await whereThere(stat(link));
    const blob = await whereThere(stat(layout.blob(need.digest)));
    if (!isLinked || !blob) throw ociFail('MANIFEST_BLOB_UNKNOWN', { digest: need.digest, name });
    if (blob.size !== need.sizeBytes) {
      throw ociFail('MANIFEST_INVALID', {
        reason: `${need.digest} has ${blob.size} bytes, not ${need.sizeBytes}`,
      });
    }
  }
}

function referrerOf({ digest, mediaType, bytes }: StoredManifest): Referrer {
  const { artifactType, annotations } = parseManifest(bytes, mediaType);
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
