import { open, readFile } from 'node:fs/promises';
import { digestSchema, fail } from '@carrel/contract';
import {
  type BlobRange,
  mediaTypes,
  type ReadOptions,
  type RepositoryReader,
  type StoredManifest,
} from '@carrel/imaging';
import { isStoreFull } from '../store/atomic-file.ts';
import type { BlobFolder } from './blob-folder.ts';
import { indexBlobsOf } from './index-blobs.ts';

const chunkBytes = 1024 * 1024;

export interface CachedRepositoryParts {
  readonly blobs: BlobFolder;
  /** Sizes of index blobs by digest, of all manifests that were read; shared. */
  readonly sizes: Map<string, number>;
  readonly repository: RepositoryReader;
  /** Told which manifests are being read. */
  readonly onUse: (manifestDigest: string, isInUse: boolean) => void;
}

/** A repository with the blobs kept here before it: manifests and indexes read through it stay here. */
export class CachedRepository implements RepositoryReader {
  readonly location: string;
  readonly #parts: CachedRepositoryParts;
  readonly #manifests = new Set<string>();

  constructor(parts: CachedRepositoryParts) {
    this.location = parts.repository.location;
    this.#parts = parts;
  }

  async resolve(tagOrDigest: string, options?: ReadOptions): Promise<StoredManifest> {
    const { repository, sizes } = this.#parts;
    if (!digestSchema.safeParse(tagOrDigest).success) return repository.resolve(tagOrDigest, options);
    this.#use(tagOrDigest);
    const held = await this.#resolveHere(tagOrDigest);
    const found = held ?? (await repository.resolve(tagOrDigest, options));
    if (!held) await this.#keepManifest(found);
    for (const { digest, size } of indexBlobsOf(found.bytes)) sizes.set(digest, size);
    return found;
  }

  async *readBlob(digest: string, range?: BlobRange, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    const { repository, sizes, blobs } = this.#parts;
    const size = sizes.get(digest);
    if (size === undefined || !(await this.#bring(digest, size, options))) {
      yield* repository.readBlob(digest, range, options);
      return;
    }
    const { offsetBytes, lengthBytes } = range ?? { offsetBytes: 0, lengthBytes: size };
    await using file = await open(blobs.pathOf(digest));
    for (let done = 0; done < lengthBytes; ) {
      const chunk = new Uint8Array(Math.min(chunkBytes, lengthBytes - done));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, offsetBytes + done);
      if (bytesRead === 0) {
        const what = `Blob ${digest}`;
        throw fail('IMAGE_DATA_DAMAGED', {
          what,
          source: this.location,
          reason: 'it is shorter than its size',
        });
      }
      yield chunk.subarray(0, bytesRead);
      done += bytesRead;
    }
  }

  async blobSize(digest: string, options?: ReadOptions): Promise<number | undefined> {
    return this.#parts.sizes.get(digest) ?? (await this.#parts.repository.blobSize(digest, options));
  }

  listTags(options?: ReadOptions): Promise<readonly string[]> {
    return this.#parts.repository.listTags(options);
  }

  listManifests(options?: ReadOptions): Promise<readonly string[]> {
    return this.#parts.repository.listManifests(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const digest of this.#manifests) this.#parts.onUse(digest, false);
    this.#manifests.clear();
    return Promise.resolve();
  }

  #use(manifestDigest: string): void {
    if (this.#manifests.has(manifestDigest)) return;
    this.#manifests.add(manifestDigest);
    this.#parts.onUse(manifestDigest, true);
  }

  async #resolveHere(digest: string): Promise<StoredManifest | undefined> {
    if (!(await this.#parts.blobs.isHere(digest))) return undefined;
    const bytes = new Uint8Array(await readFile(this.#parts.blobs.pathOf(digest)));
    return { digest, bytes, mediaType: mediaTypes.manifest };
  }

  async #keepManifest({ digest, bytes }: StoredManifest): Promise<void> {
    try {
      await this.#parts.blobs.keep(digest, this.location, async function* () {
        yield await Promise.resolve(bytes);
      });
    } catch (error) {
      rethrowUnlessFull(error);
    }
  }

  /** Brings an index blob here, whole. `false` when there is no room for it. */
  async #bring(digest: string, size: number, options: ReadOptions): Promise<boolean> {
    if (await this.#parts.blobs.isHere(digest)) return true;
    try {
      const { blobs, repository } = this.#parts;
      const whole = { offsetBytes: 0, lengthBytes: size };
      await blobs.keep(digest, this.location, () => repository.readBlob(digest, whole, options));
      return true;
    } catch (error) {
      rethrowUnlessFull(error);
      return false;
    }
  }
}

/** Without room for it an index is read where it is; all else is for the reader to know. */
function rethrowUnlessFull(error: unknown): void {
  if (!isStoreFull(error)) throw error;
}
