/** Counts what a piece of work takes from repositories; the caller keeps it. */
export interface TrafficMeter {
  /** Called once for each request sent, retries included. */
  addRequest(): void;
  /** Called for the bytes of bodies as they arrive, discarded ones included. */
  addBytes(count: number): void;
}

/** What a transfer is for: a running guest that waits for it, or work nobody waits for. */
export type TransferUrgency = 'demand' | 'background';

/** Delays the caller until so many bytes may be taken; `demand` goes before `background`, which is the default. */
export interface RateLimiter {
  take(count: number, signal?: AbortSignal, urgency?: TransferUrgency): Promise<void>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly meter?: TrafficMeter | undefined;
  readonly limiter?: RateLimiter | undefined;
}

export interface BlobRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Size of the blob, where it is known: a range that is all of it is asked for as a whole. */
  readonly blobBytes?: number | undefined;
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A manifest as stored: the digest is the sha256 of exactly these bytes. */
export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A blob to be written. The chunks are read again from the start when the write has to be repeated. */
export interface BlobContent {
  readonly digest: string;
  readonly sizeBytes: number;
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * Reads images of one name from wherever they are stored.
 *
 * An implementation MUST be safe for concurrent use, MUST repeat what failed for a passing reason, MUST pass an
 * abort through, and MUST NOT show secrets in errors or in `location`. It need not check digests of blobs: readers
 * verify every byte by the chain of digests that starts at the manifest.
 */
export interface RepositoryReader extends AsyncDisposable {
  /** For people: `https://host/name` or the path of the layout. */
  readonly location: string;

  /**
   * The manifest of a tag or of a `sha256:` digest. A manifest asked for by digest is checked against it.
   *
   * @throws {IMAGE_NOT_IN_REPOSITORY} also when the whole repository does not exist yet
   * @throws {IMAGE_DATA_DAMAGED} when the bytes do not have the digest asked for
   */
  resolve(tagOrDigest: string, options?: ReadOptions): Promise<StoredManifest>;

  /**
   * The bytes of a blob, or of a range of it, in chunks of any size that belong to the receiver. Gives exactly the
   * length asked for, or fails.
   *
   * @throws {IMAGE_DATA_MISSING} when the blob is not here
   * @throws {IMAGE_DATA_DAMAGED} when it is shorter than the range
   */
  readBlob(digest: string, range?: BlobRange, options?: ReadOptions): AsyncIterable<Uint8Array>;

  /** The size in bytes of a blob, `undefined` when it is not here. */
  blobSize(digest: string, options?: ReadOptions): Promise<number | undefined>;

  /** Tags of this name, sorted; empty when there is nothing yet. */
  listTags(options?: ReadOptions): Promise<readonly string[]>;

  /**
   * Everything {@link resolve} takes whose blobs a new manifest may refer to without sending them again: the tags
   * of this name, and in a layout the digests of the manifests of all names. Empty when there is nothing yet.
   */
  listManifests(options?: ReadOptions): Promise<readonly string[]>;
}

/** A repository that can also be written to. */
export interface Repository extends RepositoryReader {
  /**
   * Stores a blob. Does nothing when a blob of this digest and size is already here. After it resolves the blob
   * is durable; when it rejects nothing of it can be read.
   *
   * @throws {IMAGE_DATA_DAMAGED} when the chunks do not have the digest or size stated
   * @throws {DISK_FULL}
   */
  writeBlob(content: BlobContent, options?: WriteOptions): Promise<{ readonly isNew: boolean }>;

  /**
   * Stores a manifest and points the tag at it, replacing what the tag pointed at. Every blob it refers to MUST
   * be here before. Doing it twice is the same as doing it once.
   */
  putManifest(
    tag: string,
    manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
    options?: WriteOptions,
  ): Promise<{ readonly digest: string }>;

  /**
   * Takes back a blob that this caller has just written and that no manifest refers to. MAY do nothing: registries
   * collect such blobs themselves.
   */
  discardBlob(digest: string): Promise<void>;
}
