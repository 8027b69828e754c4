import { damaged } from '../format/damaged.ts';
import type { RateLimiter, RepositoryReader } from '../repository/repository.ts';
import type { CatalogFrame, FrameCatalog } from './frame-catalog.ts';
import type { FrameStore } from './frame-store.ts';
import { JoinedLimiter } from './joined-limiter.ts';
import { splitFrames } from './split-frames.ts';

export interface OriginFramesOptions {
  readonly repository: RepositoryReader;
  readonly catalog: FrameCatalog;
  readonly store: FrameStore;
}

interface Waiting {
  readonly frame: CatalogFrame;
  readonly promise: Promise<Uint8Array>;
  readonly resolve: (stored: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
  /** Of the transfer that brings it. */
  readonly limiter: JoinedLimiter;
}

const framesKeptAtOnce = 16;

/** Fetches frames from the repository, whoever wants them, each once at a time; verified frames are stored. */
export class OriginFrames {
  requests = 0;
  bytesDownloaded = 0;
  readonly #options: OriginFramesOptions;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: OriginFramesOptions) {
    this.#options = options;
  }

  isFetching(packDigest: string, frame: CatalogFrame): boolean {
    return this.#waiting.has(keyOf(packDigest, frame));
  }

  /**
   * The frames, in order, each as soon as it is there. They reject with what the repository failed with, or with
   * IMAGE_DATA_DAMAGED.
   *
   * @param limiter of whoever wants them
   */
  fetch(
    packDigest: string,
    frames: readonly CatalogFrame[],
    limiter: RateLimiter | undefined,
  ): readonly Promise<Uint8Array>[] {
    const promises: Promise<Uint8Array>[] = [];
    let run: Waiting[] = [];
    let joined = new JoinedLimiter();
    const end = (): void => {
      if (run.length > 0) this.#start(packDigest, run, joined);
      [run, joined] = [[], new JoinedLimiter()];
      joined.join(limiter);
    };
    joined.join(limiter);
    for (const frame of frames) {
      const waiting = this.#waiting.get(keyOf(packDigest, frame));
      const last = run.at(-1)?.frame;
      // What is not on its way may have come a moment ago.
      const isHeld = !waiting && this.#options.store.has(packDigest, frame);
      if (last && last.offsetBytes + last.lengthBytes !== frame.offsetBytes) end();
      waiting?.limiter.join(limiter);
      if (waiting) promises.push(waiting.promise);
      else if (isHeld) promises.push(this.#held(packDigest, frame, limiter));
      else {
        const expected = this.#expect(packDigest, frame, joined);
        run.push(expected);
        promises.push(expected.promise);
      }
    }
    end();
    return promises;
  }

  /** Ends what is under way; what came until then is stored. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  async #held(
    packDigest: string,
    frame: CatalogFrame,
    limiter: RateLimiter | undefined,
  ): Promise<Uint8Array> {
    const [held] = await this.#options.store.read(packDigest, frame);
    return held?.stored ?? (await this.fetch(packDigest, [frame], limiter)[0]) ?? new Uint8Array(0);
  }

  #expect(packDigest: string, frame: CatalogFrame, limiter: JoinedLimiter): Waiting {
    const waiting: Waiting = { frame, limiter, ...Promise.withResolvers<Uint8Array>() };
    // Whoever waits hears of a failure; a frame may have lost all who did.
    waiting.promise.catch(() => undefined);
    this.#waiting.set(keyOf(packDigest, frame), waiting);
    return waiting;
  }

  #start(packDigest: string, run: readonly Waiting[], limiter: RateLimiter): void {
    const running = this.#fetchRun(packDigest, run, limiter).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #fetchRun(packDigest: string, run: readonly Waiting[], limiter: RateLimiter): Promise<void> {
    let failure: unknown;
    try {
      await this.#download(packDigest, run, limiter);
    } catch (error) {
      failure = error;
    }
    const { location } = this.#options.repository;
    for (const waiting of run) {
      // Does nothing to those that came.
      waiting.reject(failure ?? damaged(`Pack ${packDigest}`, location, 'less came than was asked for'));
      this.#forget(packDigest, waiting);
    }
  }

  async #download(packDigest: string, run: readonly Waiting[], limiter: RateLimiter): Promise<void> {
    const { repository, catalog, store } = this.#options;
    const meter = {
      addRequest: () => void (this.requests += 1),
      addBytes: (count: number) => void (this.bytesDownloaded += count),
    };
    const frames = run.map(({ frame }) => frame);
    const options = { signal: this.#closing.signal, meter, limiter };
    const chunks = repository.readBlob(packDigest, spanOf(frames), options);
    const { keyId } = catalog;
    let arrived: { readonly waiting: Waiting; readonly stored: Uint8Array }[] = [];
    // Frames stay among those on their way until they are stored: whoever asks finds them here or there.
    const keep = async (): Promise<void> => {
      const kept = arrived;
      arrived = [];
      const sealed = kept.map(({ waiting, stored }) => ({ offsetBytes: waiting.frame.offsetBytes, stored }));
      await store.put(packDigest, keyId, sealed);
      for (const { waiting } of kept) this.#forget(packDigest, waiting);
    };
    let at = 0;
    try {
      for await (const { frame, stored } of splitFrames(frames, chunks)) {
        const waiting = run[at];
        at += 1;
        const reason = catalog.whyNot(packDigest, frame, stored);
        if (!waiting || reason !== undefined) {
          const what = `Frame at byte ${frame.offsetBytes} of pack ${packDigest}`;
          waiting?.reject(damaged(what, repository.location, reason ?? ''));
          continue;
        }
        waiting.resolve(stored);
        arrived.push({ waiting, stored });
        if (arrived.length === framesKeptAtOnce) await keep();
      }
    } finally {
      await keep();
    }
  }

  #forget(packDigest: string, waiting: Waiting): void {
    const key = keyOf(packDigest, waiting.frame);
    if (this.#waiting.get(key) === waiting) this.#waiting.delete(key);
  }
}

/** The bytes from the first frame to the end of the last. */
export function spanOf(run: readonly CatalogFrame[]): { offsetBytes: number; lengthBytes: number } {
  const offsetBytes = run[0]?.offsetBytes ?? 0;
  const last = run.at(-1);
  return { offsetBytes, lengthBytes: (last ? last.offsetBytes + last.lengthBytes : 0) - offsetBytes };
}

function keyOf(packDigest: string, frame: CatalogFrame): string {
  return `${packDigest} ${frame.offsetBytes}`;
}
