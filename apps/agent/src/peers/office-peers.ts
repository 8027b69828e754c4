import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import {
  createRateLimiter,
  FrameStore,
  type RepositoryKey,
  type SharedImage,
  type ShareImageOptions,
  shareImage,
} from '@carrel/imaging';
import type { AppError, Clock } from '@carrel/kit';
import { Discovery } from './discovery.ts';
import { FrameServer } from './frame-server.ts';
import type { OfficeLimits } from './office-limits.ts';
import { PeerContacts } from './peer-contacts.ts';
import { derivePeerKey, type PeerKey } from './peer-key.ts';
import { PeerTable } from './peer-table.ts';
import { findSegments, type Segment } from './segments.ts';

export interface OfficePeersOptions {
  /** For the frame store. */
  readonly folder: string;
  readonly limits: OfficeLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onLied: (address: string, error: AppError) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** What to share, and under which key; the store and the peers are those of this computer. */
export type ShareOptions = Omit<ShareImageOptions, 'store' | 'peers' | 'keys'> & {
  readonly key: RepositoryKey;
};

export interface OfficeStatus {
  /** Addresses frames are handed out at. */
  readonly addresses: readonly string[];
  readonly peersSeen: number;
  readonly peersBanned: number;
  /** Sealed frames kept. */
  readonly storeBytes: number;
  /** Since the agent started. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

interface Presence extends AsyncDisposable {
  readonly segment: Segment;
  readonly address: string;
}

const lookIntervalMs = 15_000;

/**
 * This computer's part in its office: hands out frames, finds peers, and shares images with them. Disposing it closes
 * every socket; the frame store is left as it is.
 */
export class OfficePeers implements AsyncDisposable {
  readonly #id = randomBytes(16).toString('hex');
  readonly #options: OfficePeersOptions;
  readonly #store: FrameStore;
  readonly #table: PeerTable;
  readonly #limiter;
  readonly #closing = new AbortController();
  readonly #keys = new Map<string, { readonly key: PeerKey; readonly contacts: PeerContacts }>();
  readonly #images = new Set<SharedImage>();
  readonly #presences = new Map<string, Presence>();
  #looking: Promise<void> = Promise.resolve();
  #receivedBytes = 0;
  #sentBytes = 0;

  private constructor(options: OfficePeersOptions, store: FrameStore) {
    this.#options = options;
    this.#store = store;
    this.#table = new PeerTable(options.clock);
    this.#limiter = createRateLimiter({ rate: options.limits.uploadRate, clock: options.clock });
  }

  /** Opens the frame store and appears on the segments of this computer. */
  static async start(options: OfficePeersOptions): Promise<OfficePeers> {
    const { folder, limits, onTrouble } = options;
    const store = await FrameStore.open({ folder, limitBytes: limits.storeBytes, onTrouble });
    const office = new OfficePeers(options, store);
    await office.#look();
    office.#looking = office.#lookAgainAndAgain();
    return office;
  }

  /** Answers holders of this key from now on. */
  admit(key: RepositoryKey): void {
    this.#admitted(key);
  }

  /** Holders of other keys are not answered any more. */
  admitOnly(keyIds: ReadonlySet<string>): void {
    for (const [keyId, { contacts }] of this.#keys) {
      const isInUse = [...this.#images].some((image) => image.keyId === keyId);
      if (keyIds.has(keyId) || isInUse) continue;
      contacts[Symbol.dispose]();
      this.#keys.delete(keyId);
    }
  }

  /**
   * Shares an image while it is read. The caller disposes of it before the office.
   *
   * @throws what `openImage` throws
   */
  async share({ key, ...options }: ShareOptions): Promise<SharedImage> {
    const image = await shareImage({
      ...options,
      keys: { find: () => Promise.resolve(key), create: () => Promise.resolve(key) },
      store: this.#store,
      peers: this.#admitted(key),
    });
    this.#images.add(image);
    return {
      keyId: image.keyId,
      source: image.source,
      has: (packDigest) => image.has(packDigest),
      keep: (frame) => image.keep(frame),
      provide: (packDigest, range) => image.provide(packDigest, range),
      counters: () => image.counters(),
      [Symbol.asyncDispose]: async () => {
        if (this.#images.delete(image)) this.#receivedBytes += image.counters().bytesFromPeers;
        await image[Symbol.asyncDispose]();
      },
    };
  }

  status(): OfficeStatus {
    const open = [...this.#images].reduce((sum, image) => sum + image.counters().bytesFromPeers, 0);
    return {
      addresses: [...this.#presences.values()].map(({ address }) => address),
      peersSeen: this.#table.list().length,
      peersBanned: this.#table.bannedCount,
      storeBytes: this.#store.heldBytes,
      receivedBytes: this.#receivedBytes + open,
      sentBytes: this.#sentBytes,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#looking;
    for (const presence of this.#presences.values()) await presence[Symbol.asyncDispose]();
    for (const image of this.#images) await image[Symbol.asyncDispose]();
    for (const { contacts } of this.#keys.values()) contacts[Symbol.dispose]();
    await this.#store[Symbol.asyncDispose]();
  }

  #admitted(key: RepositoryKey): PeerContacts {
    const known = this.#keys.get(key.keyId);
    if (known) return known.contacts;
    const { clock, random, onLied } = this.#options;
    const peerKey = derivePeerKey(key);
    const contacts = new PeerContacts({
      ownId: this.#id,
      table: this.#table,
      key: peerKey,
      clock,
      random,
      onLied,
    });
    this.#keys.set(key.keyId, { key: peerKey, contacts });
    return contacts;
  }

  async #lookAgainAndAgain(): Promise<void> {
    const { clock, onTrouble } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      try {
        await clock.sleep(lookIntervalMs, signal);
        await this.#look();
      } catch (error) {
        if (signal.aborted) return;
        onTrouble(error);
      }
    }
  }

  /** Appears on segments that are there now, and leaves those that are not. */
  async #look(): Promise<void> {
    const segments = findSegments(networkInterfaces(), this.#options.limits.networks);
    const wanted = new Map(
      segments.map((segment) => [`${segment.interfaceName} ${segment.address}`, segment]),
    );
    for (const [name, presence] of this.#presences) {
      if (wanted.has(name)) continue;
      this.#presences.delete(name);
      await presence[Symbol.asyncDispose]();
    }
    for (const [name, segment] of wanted) {
      if (this.#presences.has(name)) continue;
      try {
        this.#presences.set(name, await this.#appear(segment));
      } catch (error) {
        // An address that is not ready yet, or gone already: the next look settles it.
        this.#options.onTrouble(error);
      }
    }
  }

  async #appear(segment: Segment): Promise<Presence> {
    const { limits, clock, random, onTrouble } = this.#options;
    await using parts = new AsyncDisposableStack();
    const server = parts.use(
      await FrameServer.start({
        address: segment.address,
        port: limits.port,
        store: this.#store,
        keys: () => [...this.#keys.values()].map(({ key }) => key),
        images: () => [...this.#images],
        maximumUploads: limits.maximumUploads,
        limiter: this.#limiter,
        onSent: (bytes) => void (this.#sentBytes += bytes),
        onTrouble,
      }),
    );
    const { port } = server;
    parts.use(new Discovery({ segment, id: this.#id, port, peers: this.#table, clock, random, onTrouble }));
    const kept = parts.move();
    return {
      segment,
      address: `${segment.address}:${port}`,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  }
}
