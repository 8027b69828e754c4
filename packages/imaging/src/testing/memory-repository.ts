import { fail } from '@carrel/contract/errors';
import { damaged } from '../format/damaged.ts';
import { digestOf } from '../format/manifest.ts';
import type { BlobContent, BlobRange, Repository, StoredManifest } from '../repository/repository.ts';

/** A repository in memory, quick enough to be tampered with thousands of times. */
export class MemoryRepository implements Repository {
  readonly location = 'memory';
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, StoredManifest>();
  /** The most that was asked for at once; readers allocate that much before a byte arrives. */
  largestRangeBytes = 0;

  resolve(tagOrDigest: string): Promise<StoredManifest> {
    const byDigest = [...this.manifests.values()].find(({ digest }) => digest === tagOrDigest);
    const manifest = this.manifests.get(tagOrDigest) ?? byDigest;
    if (manifest !== undefined) return Promise.resolve(manifest);
    return Promise.reject(fail('IMAGE_NOT_IN_REPOSITORY', { reference: `memory ${tagOrDigest}` }));
  }

  async *readBlob(digest: string, range?: BlobRange): AsyncIterable<Uint8Array> {
    await Promise.resolve();
    const blob = this.blobs.get(digest);
    if (blob === undefined) throw damaged(`Blob ${digest}`, this.location, 'it is missing');
    const { offsetBytes, lengthBytes } = range ?? { offsetBytes: 0, lengthBytes: blob.length };
    this.largestRangeBytes = Math.max(this.largestRangeBytes, lengthBytes);
    const bytes = blob.slice(offsetBytes, offsetBytes + lengthBytes);
    const isShort = bytes.length < lengthBytes;
    // It belongs to the receiver now, who may give its memory back.
    if (bytes.length > 0) yield bytes;
    if (isShort) {
      throw damaged(`Blob ${digest}`, this.location, 'it is shorter than its size');
    }
  }

  blobSize(digest: string): Promise<number | undefined> {
    return Promise.resolve(this.blobs.get(digest)?.length);
  }

  listTags(): Promise<readonly string[]> {
    return Promise.resolve([...this.manifests.keys()].toSorted());
  }

  listManifests(): Promise<readonly string[]> {
    return this.listTags();
  }

  async writeBlob(content: BlobContent): Promise<{ readonly isNew: boolean }> {
    const isNew = !this.blobs.has(content.digest);
    const bytes = Buffer.concat(await Array.fromAsync(content.chunks()));
    this.blobs.set(content.digest, new Uint8Array(bytes));
    return { isNew };
  }

  putManifest(
    tag: string,
    manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
  ): Promise<{ readonly digest: string }> {
    const digest = digestOf(manifest.bytes);
    this.manifests.set(tag, { ...manifest, digest });
    return Promise.resolve({ digest });
  }

  /** Stores bytes and tells their digest. */
  add(bytes: Uint8Array): string {
    const digest = digestOf(bytes);
    this.blobs.set(digest, new Uint8Array(bytes));
    return digest;
  }

  discardBlob(digest: string): Promise<void> {
    this.blobs.delete(digest);
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
