import { open, readFile } from 'node:fs/promises';
import { digestSchema, fail } from '@carrel/contract';
import {
  type BlobRange,
  mediaTypes,
  type ReadOptions,
  type RepositoryReader,
  type StoredManifest,
} from '@carrel/imaging';
import { isAppError } from '@carrel/kit';
import { isErrorCode } from '../store/atomic-file.ts';
import type { BlobFolder } from './blob-folder.ts';
import { indexBlobsOf } from './index-blobs.ts';

const chunkBytes = 1024 * 1024;

/** An image's repository with the blobs kept here before it: manifests and indexes read through it stay here. */
export class CachedRepository implements RepositoryReader {
  readonly location: string;
  readonly #blobs: BlobFolder;
  readonly #repository: RepositoryReader;
  readonly #nearer: readonly RepositoryReader[];
  /** Told which manifests are being read. */
  readonly #onUse: (manifestDigest: string, isInUse: boolean) => void;
  readonly #manifests = new Set<string>();
  readonly #sizes = new Map<string, number>();

  constructor(
    blobs: BlobFolder,
    repository: RepositoryReader,
    nearer: readonly RepositoryReader[],
    onUse: (manifestDigest: string, isInUse: boolean) => void,
  ) {
    this.location = repository.location;
    this.#blobs = blobs;
    this.#repository = repository;
    this.#nearer = nearer;
    this.#onUse = onUse;
  }

  async resolve(tagOrDigest: string, options?: ReadOptions): Promise<StoredManifest> {
    if (!digestSchema.safeParse(tagOrDigest).success) return this.#repository.resolve(tagOrDigest, options);
    this.#use(tagOrDigest);
    const held = await this.#resolveHere(tagOrDigest);
    const found = held ?? (await this.#firstOf((source) => source.resolve(tagOrDigest, options)));
    if (!held) await this.#keepManifest(found);
    for (const { digest, size } of indexBlobsOf(found.bytes)) this.#sizes.set(digest, size);
    return found;
  }

  async *readBlob(digest: string, range?: BlobRange, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    const size = this.#sizes.get(digest);
    if (size === undefined || !(await this.#bring(digest, size, options))) {
      yield* this.#repository.readBlob(digest, range, options);
      return;
    }
    const { offsetBytes, lengthBytes } = range ?? { offsetBytes: 0, lengthBytes: size };
    await using file = await open(this.#blobs.pathOf(digest));
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
    return this.#sizes.get(digest) ?? (await this.#repository.blobSize(digest, options));
  }

  listTags(options?: ReadOptions): Promise<readonly string[]> {
    return this.#repository.listTags(options);
  }

  listManifests(options?: ReadOptions): Promise<readonly string[]> {
    return this.#repository.listManifests(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const digest of this.#manifests) this.#onUse(digest, false);
    this.#manifests.clear();
    return Promise.resolve();
  }

  #use(manifestDigest: string): void {
    if (this.#manifests.has(manifestDigest)) return;
    this.#manifests.add(manifestDigest);
    this.#onUse(manifestDigest, true);
  }

  async #resolveHere(digest: string): Promise<StoredManifest | undefined> {
    if (!(await this.#blobs.isHere(digest))) return undefined;
    const bytes = new Uint8Array(await readFile(this.#blobs.pathOf(digest)));
    return { digest, bytes, mediaType: mediaTypes.manifest };
  }

  async #keepManifest({ digest, bytes }: StoredManifest): Promise<void> {
    try {
      await this.#blobs.keep(digest, this.location, async function* () {
        yield await Promise.resolve(bytes);
      });
    } catch (error) {
      rethrowUnlessFull(error);
    }
  }

  /** Brings an index blob here, whole. `false` when there is no room for it. */
  async #bring(digest: string, size: number, options: ReadOptions): Promise<boolean> {
    if (await this.#blobs.isHere(digest)) return true;
    try {
      const whole = { offsetBytes: 0, lengthBytes: size };
      await this.#firstOf((source) =>
        this.#blobs.keep(digest, source.location, () => source.readBlob(digest, whole, options)),
      );
      return true;
    } catch (error) {
      rethrowUnlessFull(error);
      return false;
    }
  }

  /** The answer of the first that has one; the failure of the repository itself when none has. */
  async #firstOf<T>(ask: (source: RepositoryReader) => Promise<T>): Promise<T> {
    for (const source of this.#nearer) {
      try {
        return await ask(source);
      } catch (error) {
        if (!isAppError(error)) throw error;
      }
    }
    return ask(this.#repository);
  }
}

/** Without room for it an index is read where it is; all else is for the reader to know. */
function rethrowUnlessFull(error: unknown): void {
  if (!isErrorCode(error, 'ENOSPC') && !isErrorCode(error, 'EDQUOT')) throw error;
}
