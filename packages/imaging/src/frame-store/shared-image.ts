import { fail } from '@carrel/contract/errors';
import type { AppError } from '@carrel/kit';
import { missing } from '../format/damaged.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { ImageLocation } from '../image/image-options.ts';
import type { StoredFrame } from '../image/image-reader.ts';
import type { BlobRange, RateLimiter, ReadOptions, RepositoryReader } from '../repository/repository.ts';
import type { FrameSource } from '../sources/index.ts';
import { inOrder } from '../workers/in-order.ts';
import { type CatalogFrame, FrameCatalog } from './frame-catalog.ts';
import type { PeerCircle } from './frame-peer.ts';
import type { FrameStore } from './frame-store.ts';
import { OriginFrames, spanOf } from './origin-frames.ts';
import { pieceBytes } from './owners.ts';
import { PeerFrames } from './peer-frames.ts';

export interface ShareImageOptions extends ImageLocation {
  readonly store: FrameStore;
  readonly peers: PeerCircle;
  /** Bounds what is taken from the repository, for this computer and for peers. */
  readonly limiter?: RateLimiter | undefined;
  /** Told of peers that gave something else than was packed; nothing of it was used. */
  readonly onBadData?: ((error: AppError) => void) | undefined;
  /** Bounds opening only. */
  readonly signal?: AbortSignal | undefined;
}

/** What an image that is shared took from where since it was opened, in bytes of bodies. */
export interface SharedCounters {
  readonly bytesFromPeers: number;
  readonly requestsToPeers: number;
  /** Fetched from the repository here, for this computer or for peers. */
  readonly bytesFromOrigin: number;
  readonly requestsToOrigin: number;
  /** Read from the frame store. */
  readonly bytesFromStore: number;
}

/** An image whose frames are shared with peers. Disposing it leaves repository and store open. */
export interface SharedImage extends AsyncDisposable {
  /** Of the key that its frames are sealed with. */
  readonly keyId: string;
  /** To be given to `openImage`; gives frames of the store, of peers, or fetches its share from the repository. */
  readonly source: FrameSource;
  has(packDigest: string): boolean;
  /** Keeps a frame that was fetched past the source; to be given to `openImage`. */
  keep(frame: StoredFrame): void;
  /**
   * Whole frames for a peer, from the store or fetched for it from the repository; never asked of other peers. Each
   * resolves as soon as it is there, and rejects with what the repository failed with.
   *
   * @returns `undefined` for what is no row of whole frames of the image
   */
  provide(packDigest: string, range: BlobRange): Promise<readonly Promise<Uint8Array>[] | undefined>;
  counters(): SharedCounters;
}

const partsAtOnce = 4;
/** Frames told of one by one that wait to be written; more are not kept. */
const maxWaitingFrames = 128;

/**
 * Makes an image one that peers share. Reads the frame tables of its index.
 *
 * @throws what `openImage` throws
 */
export async function shareImage(options: ShareImageOptions): Promise<SharedImage> {
  const { signal, limiter } = options;
  const catalog = await FrameCatalog.load(options, { signal, limiter });
  return new OfficeImage(options, catalog);
}

class OfficeImage implements SharedImage {
  readonly keyId: string;
  readonly source: FrameSource;
  readonly #options: ShareImageOptions;
  readonly #catalog: FrameCatalog;
  readonly #origin: OriginFrames;
  readonly #forPeers: RateLimiter | undefined;
  readonly #peers: PeerFrames;
  readonly #closing = new AbortController();
  #bytesFromStore = 0;
  #waitingFrames = 0;

  constructor(options: ShareImageOptions, catalog: FrameCatalog) {
    const { repository, store, limiter, peers, onBadData } = options;
    this.#options = options;
    this.#catalog = catalog;
    this.keyId = catalog.keyId;
    this.#origin = new OriginFrames({ repository, catalog, store });
    // Nobody here waits for what peers want.
    this.#forPeers = limiter && { take: (count, waiting) => limiter.take(count, waiting, 'background') };
    this.#peers = new PeerFrames({ catalog, store, peers, onBadData, signal: this.#closing.signal });
    this.source = { kind: 'peer', repository: this.#reader() };
  }

  has(packDigest: string): boolean {
    return this.#catalog.has(packDigest);
  }

  keep({ packDigest, offsetBytes, stored }: StoredFrame): void {
    const { store } = this.#options;
    const isHeld = store.has(packDigest, { offsetBytes, lengthBytes: stored.length });
    if (isHeld || this.#waitingFrames >= maxWaitingFrames) return;
    this.#waitingFrames += 1;
    const kept = [{ offsetBytes, stored: stored.slice() }];
    store
      .put(packDigest, this.keyId, kept)
      // What cannot be kept is fetched again by whoever wants it.
      .catch(() => undefined)
      .finally(() => (this.#waitingFrames -= 1));
  }

  async provide(packDigest: string, range: BlobRange): Promise<readonly Promise<Uint8Array>[] | undefined> {
    const frames = this.#catalog.framesOf(packDigest, range);
    if (!frames) return undefined;
    const held = new Map<number, Uint8Array>();
    for (const { offsetBytes, stored } of await this.#options.store.read(packDigest, range)) {
      held.set(offsetBytes, stored);
    }
    const rest = frames.filter(({ offsetBytes }) => !held.has(offsetBytes));
    const fetching = this.#origin.fetch(packDigest, rest, this.#forPeers)[Symbol.iterator]();
    return frames.map((frame) => {
      const stored = held.get(frame.offsetBytes);
      return stored ? Promise.resolve(stored) : (fetching.next().value ?? Promise.resolve(none));
    });
  }

  counters(): SharedCounters {
    return {
      bytesFromPeers: this.#peers.bytesReceived,
      requestsToPeers: this.#peers.requests,
      bytesFromOrigin: this.#origin.bytesDownloaded,
      requestsToOrigin: this.#origin.requests,
      bytesFromStore: this.#bytesFromStore,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#origin.close();
  }

  async *#read(
    packDigest: string,
    range: BlobRange | undefined,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array> {
    const frames = range && this.#catalog.framesOf(packDigest, range);
    if (!frames || this.#isClosed()) throw missing(`Blob ${packDigest}`, officeName);
    const bring = (part: readonly CatalogFrame[]) => this.#bring(packDigest, part, options);
    try {
      for await (const part of inOrder(piecesOf(frames), partsAtOnce, bring)) {
        options.signal?.throwIfAborted();
        yield part;
      }
    } catch (error) {
      // Sharing was ended, not the reading.
      if (!this.#isClosed() || options.signal?.aborted) throw error;
      throw fail('IMAGE_DATA_MISSING', { what: `Blob ${packDigest}`, source: officeName }, error);
    }
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Frames of one piece, from the nearest place that has them, in one buffer for the receiver alone. */
  async #bring(
    packDigest: string,
    frames: readonly CatalogFrame[],
    options: ReadOptions,
  ): Promise<Uint8Array> {
    const span = spanOf(frames);
    const bytes = new Uint8Array(span.lengthBytes);
    const found = new Set<number>();
    const place = (offsetBytes: number, stored: Uint8Array): void => {
      bytes.set(stored, offsetBytes - span.offsetBytes);
      found.add(offsetBytes);
    };
    for (const { offsetBytes, stored } of await this.#options.store.read(packDigest, span)) {
      place(offsetBytes, stored);
      this.#bytesFromStore += stored.length;
    }
    for (const run of this.#missing(packDigest, frames, found)) {
      for (const { frame, stored } of await this.#peers.bring(packDigest, run, options)) {
        place(frame.offsetBytes, stored);
        releaseBuffer(stored);
      }
    }
    const rest = frames.filter(({ offsetBytes }) => !found.has(offsetBytes));
    const fetched = this.#origin.fetch(packDigest, rest, options.limiter);
    for (const [at, frame] of rest.entries())
      place(frame.offsetBytes, await this.#fetched(fetched[at], options));
    return bytes;
  }

  /** Rows of frames that are neither held nor on their way. */
  #missing(
    packDigest: string,
    frames: readonly CatalogFrame[],
    found: ReadonlySet<number>,
  ): readonly (readonly CatalogFrame[])[] {
    const runs: CatalogFrame[][] = [];
    let isNew = true;
    for (const frame of frames) {
      const isWanted = !found.has(frame.offsetBytes) && !this.#origin.isFetching(packDigest, frame);
      if (isWanted && isNew) runs.push([frame]);
      else if (isWanted) runs.at(-1)?.push(frame);
      isNew = !isWanted;
    }
    return runs;
  }

  /** A failure of the repository is left to the reader, who asks it himself and hears why. */
  async #fetched(frame: Promise<Uint8Array> | undefined, { signal }: ReadOptions): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return (await Promise.race([frame, aborted.promise])) ?? none;
    } catch (error) {
      signal?.throwIfAborted();
      throw fail('IMAGE_DATA_MISSING', { what: 'A part of the image', source: officeName }, error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #reader(): RepositoryReader {
    return {
      location: officeName,
      readBlob: (digest, range, options) => this.#read(digest, range, options ?? {}),
      resolve: (reference) => Promise.reject(fail('IMAGE_NOT_IN_REPOSITORY', { reference })),
      blobSize: () => Promise.resolve(undefined),
      listTags: () => Promise.resolve([]),
      listManifests: () => Promise.resolve([]),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
}

const none = new Uint8Array(0);
const officeName = 'computers of this office';

/** Frames grouped by the piece they begin in. */
function* piecesOf(frames: readonly CatalogFrame[]): Generator<readonly CatalogFrame[]> {
  let piece: CatalogFrame[] = [];
  for (const frame of frames) {
    const first = piece[0];
    if (first && pieceOf(first) !== pieceOf(frame)) {
      yield piece;
      piece = [];
    }
    piece.push(frame);
  }
  if (piece.length > 0) yield piece;
}

function pieceOf({ offsetBytes }: CatalogFrame): number {
  return Math.floor(offsetBytes / pieceBytes);
}
