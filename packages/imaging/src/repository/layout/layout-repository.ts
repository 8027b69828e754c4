import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestSchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { z } from 'zod';
import { damaged, missing } from '../../format/damaged.ts';
import { digestOf } from '../../format/manifest.ts';
import type { LayoutReference } from '../../reference.ts';
import { removeAbandonedFiles, writeFileDurably } from '../../storage/durable-file.ts';
import { isErrno } from '../../storage/errno.ts';
import type {
  BlobContent,
  BlobRange,
  ReadOptions,
  Repository,
  StoredManifest,
  WriteOptions,
} from '../repository.ts';
import { type PreparedLayout, prepareLayout } from './empty-layout.ts';
import {
  findTag,
  type LayoutEntry,
  type LayoutIndexFile,
  refNameAnnotation,
  tagsOf,
} from './layout-entries.ts';
import { putLayoutEntry, readLayoutIndex, withLayoutIndex } from './layout-index.ts';
import { unreadable } from './unreadable.ts';

const readChunkBytes = 1024 * 1024;

/**
 * A local OCI image layout (OCI image specification, "Image Layout"). The name and tag of an image are one
 * `org.opencontainers.image.ref.name`, `NAME:TAG`, so that skopeo reads it as `oci:PATH:NAME:TAG`.
 */
export class LayoutRepository implements Repository {
  readonly location: string;
  readonly #name: string;
  #preparing: Promise<void> | undefined;
  #prepared: PreparedLayout | undefined;

  constructor(reference: Pick<LayoutReference, 'path' | 'name'>) {
    this.location = reference.path;
    this.#name = reference.name;
  }

  async resolve(tagOrDigest: string, options: ReadOptions = {}): Promise<StoredManifest> {
    options.signal?.throwIfAborted();
    const { manifests } = await readLayoutIndex(this.location);
    const entry = this.#find(manifests, tagOrDigest);
    if (entry === undefined) throw this.#notHere(tagOrDigest);
    options.meter?.addRequest();
    const bytes = await readFile(this.#blobPath(entry.digest)).catch((error: unknown) => {
      throw isErrno(error, 'ENOENT') ? this.#missing(entry.digest, error) : unreadable(this.location, error);
    });
    options.meter?.addBytes(bytes.length);
    if (digestOf(bytes) !== entry.digest) {
      throw damaged(`Manifest ${entry.digest}`, this.location, 'it has another digest');
    }
    return { digest: entry.digest, mediaType: entry.mediaType, bytes: new Uint8Array(bytes) };
  }

  async *readBlob(digest: string, range?: BlobRange, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    const file = await open(this.#blobPath(digest), 'r').catch((error: unknown) => {
      throw isErrno(error, 'ENOENT') ? this.#missing(digest, error) : unreadable(this.location, error);
    });
    await using _close = file;
    options.meter?.addRequest();
    const offset = range?.offsetBytes ?? 0;
    const length = range?.lengthBytes ?? (await file.stat()).size;
    for (let done = 0; done < length; ) {
      options.signal?.throwIfAborted();
      const chunk = new Uint8Array(Math.min(readChunkBytes, length - done));
      const reading = file.read(chunk, 0, chunk.length, offset + done);
      const { bytesRead } = await reading.catch((error: unknown) => {
        throw unreadable(this.location, error);
      });
      if (bytesRead === 0) throw damaged(`Blob ${digest}`, this.location, 'it is shorter than its size');
      options.meter?.addBytes(bytesRead);
      await options.limiter?.take(bytesRead, options.signal);
      yield chunk.subarray(0, bytesRead);
      done += bytesRead;
    }
  }

  async blobSize(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.#blobPath(digest))).size;
    } catch (error) {
      if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined;
      throw unreadable(this.location, error);
    }
  }

  async listTags(): Promise<readonly string[]> {
    const { manifests } = await readLayoutIndex(this.location);
    return tagsOf(manifests, this.#name);
  }

  async listManifests(): Promise<readonly string[]> {
    const { manifests } = await readLayoutIndex(this.location);
    return [...new Set(manifests.map((entry) => entry.digest))];
  }

  async writeBlob(content: BlobContent, options: WriteOptions = {}): Promise<{ readonly isNew: boolean }> {
    await this.#prepare();
    if ((await this.blobSize(content.digest)) === content.sizeBytes) return { isNew: false };
    await writeFileDurably(this.#blobPath(content.digest), (file) => this.#fill(file, content, options));
    return { isNew: true };
  }

  async putManifest(
    tag: string,
    manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
    options: WriteOptions = {},
  ): Promise<{ readonly digest: string }> {
    const digest = digestOf(manifest.bytes);
    const references = manifestReferencesSchema.parse(
      JSON.parse(Buffer.from(manifest.bytes).toString('utf8')),
    );
    const checkBlobs = async (): Promise<void> => {
      for (const { digest: needed } of [references.config, ...references.layers]) {
        if ((await this.blobSize(needed)) === undefined) throw this.#missing(needed);
      }
    };
    await checkBlobs();
    const sizeBytes = manifest.bytes.length;
    const blob = { digest, sizeBytes, chunks: () => [manifest.bytes] };
    const { isNew } = await this.writeBlob(blob, options);
    const { artifactType } = references;
    const entry: LayoutEntry = {
      mediaType: manifest.mediaType,
      ...(artifactType === undefined ? {} : { artifactType }),
      digest,
      size: sizeBytes,
      annotations: { [refNameAnnotation]: `${this.#name}:${tag}` },
    };
    await putLayoutEntry(this.location, entry, checkBlobs).catch(async (error: unknown) => {
      if (isNew) await this.discardBlob(digest);
      throw error;
    });
    return { digest };
  }

  /** Stays when another writer has published a version with it meanwhile. */
  async discardBlob(digest: string): Promise<void> {
    const discard = async ({ manifests }: LayoutIndexFile): Promise<void> => {
      const isPublished = await this.#isReferredTo(digest, manifests);
      if (!isPublished) await rm(this.#blobPath(digest), { force: true });
    };
    try {
      await withLayoutIndex(this.location, discard);
    } catch (error) {
      if (!isAppError(error, 'DISK_FULL')) throw error;
      // Where there is no room for the lock, nobody can publish anything either.
      await discard(await readLayoutIndex(this.location));
    }
  }

  /** A layout that was made for what then could not be stored is taken away again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#prepared?.removeIfEmpty();
  }

  /** In doubt, yes: a manifest that cannot be read may be damaged, or another is just putting it. */
  async #isReferredTo(digest: string, manifests: readonly LayoutEntry[]): Promise<boolean> {
    for (const manifest of manifests) {
      const bytes = await readFile(this.#blobPath(manifest.digest)).catch(() => undefined);
      if (manifest.digest === digest || bytes === undefined || bytes.includes(digest)) return true;
    }
    return false;
  }

  #find(entries: readonly LayoutEntry[], tagOrDigest: string): LayoutEntry | undefined {
    if (tagOrDigest.startsWith('sha256:')) return entries.find((entry) => entry.digest === tagOrDigest);
    return findTag(entries, this.#name, tagOrDigest);
  }

  #prepare(): Promise<void> {
    this.#preparing ??= this.#prepareOnce();
    return this.#preparing;
  }

  async #prepareOnce(): Promise<void> {
    this.#prepared = await prepareLayout(this.location);
    await removeAbandonedFiles(join(this.location, 'blobs', 'sha256'));
    await removeAbandonedFiles(this.location);
  }

  async #fill(file: FileHandle, content: BlobContent, options: WriteOptions): Promise<void> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of content.chunks()) {
      options.signal?.throwIfAborted();
      hash.update(chunk);
      sizeBytes += chunk.length;
      await file.writeFile(chunk);
    }
    if (sizeBytes !== content.sizeBytes || `sha256:${hash.digest('hex')}` !== content.digest) {
      throw damaged(`Blob ${content.digest}`, 'its writer', 'it has another digest or size');
    }
  }

  #blobPath(digest: string): string {
    return join(this.location, 'blobs', 'sha256', digestSchema.parse(digest).slice('sha256:'.length));
  }

  #notHere(tagOrDigest: string): Error {
    const separator = tagOrDigest.startsWith('sha256:') ? '@' : ':';
    const reference = `oci:${this.location}:${this.#name}${separator}${tagOrDigest}`;
    return fail('IMAGE_NOT_IN_REPOSITORY', { reference });
  }

  #missing(digest: string, cause?: unknown): Error {
    return missing(`Blob ${digest}`, this.location, cause);
  }
}

const blobReferenceSchema = z.object({ digest: digestSchema });
const manifestReferencesSchema = z.object({
  artifactType: z.string().optional(),
  config: blobReferenceSchema,
  layers: z.array(blobReferenceSchema),
});
