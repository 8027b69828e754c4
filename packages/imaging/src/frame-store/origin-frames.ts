import { damaged } from '../format/damaged.ts';
import type { RateLimiter, RepositoryReader } from '../repository/repository.ts';
import type { CatalogFrame, FrameCatalog } from './frame-catalog.ts';
import type { FrameStore } from './frame-store.ts';
import { splitFrames } from './split-frames.ts';

export interface OriginFramesOptions {
  readonly repository: RepositoryReader;
  readonly catalog: FrameCatalog;
  readonly store: FrameStore;
  readonly limiter: RateLimiter | undefined;
}

interface Waiting {
  readonly promise: Promise<Uint8Array>;
  readonly resolve: (stored: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

const connections = 6;

/** Fetches frames from the repository, whoever wants them, each once at a time; verified frames are stored. */
export class OriginFrames {
  requests = 0;
  bytesDownloaded = 0;
  readonly #options: OriginFramesOptions;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

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
   * @param limiter of whoever wants them; default that of the image
   */
  fetch(
    packDigest: string,
    frames: readonly CatalogFrame[],
    limiter = this.#options.limiter,
  ): readonly Promise<Uint8Array>[] {
    const promises: Promise<Uint8Array>[] = [];
    let run: CatalogFrame[] = [];
    const end = (): void => {
      if (run.length > 0) void this.#fetchRun(packDigest, run, limiter);
      run = [];
    };
    for (const frame of frames) {
      const waiting = this.#waiting.get(keyOf(packDigest, frame));
      const last = run.at(-1);
      if (waiting || (last && last.offsetBytes + last.lengthBytes !== frame.offsetBytes)) end();
      promises.push((waiting ?? this.#expect(packDigest, frame)).promise);
      if (!waiting) run.push(frame);
    }
    end();
    return promises;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  #expect(packDigest: string, frame: CatalogFrame): Waiting {
    const waiting: Waiting = Promise.withResolvers<Uint8Array>();
    // Whoever waits hears of a failure; a frame may have lost all who did.
    waiting.promise.catch(() => undefined);
    this.#waiting.set(keyOf(packDigest, frame), waiting);
    return waiting;
  }

  async #fetchRun(
    packDigest: string,
    run: readonly CatalogFrame[],
    limiter: RateLimiter | undefined,
  ): Promise<void> {
    let failure: unknown;
    try {
      await this.#inTurn(() => this.#download(packDigest, run, limiter));
    } catch (error) {
      failure = error;
    }
    const { location } = this.#options.repository;
    for (const frame of run) {
      this.#settle(packDigest, frame, (waiting) => {
        waiting.reject(failure ?? damaged(`Pack ${packDigest}`, location, 'less came than was asked for'));
      });
    }
  }

  async #download(
    packDigest: string,
    run: readonly CatalogFrame[],
    limiter: RateLimiter | undefined,
  ): Promise<void> {
    const { repository, catalog, store } = this.#options;
    const meter = {
      addRequest: () => void (this.requests += 1),
      addBytes: (count: number) => void (this.bytesDownloaded += count),
    };
    const options = { signal: this.#closing.signal, meter, limiter };
    for await (const { frame, stored } of splitFrames(
      run,
      repository.readBlob(packDigest, spanOf(run), options),
    )) {
      const reason = catalog.whyNot(packDigest, frame, stored);
      if (reason !== undefined) {
        const what = `Frame at byte ${frame.offsetBytes} of pack ${packDigest}`;
        const error = damaged(what, repository.location, reason);
        this.#settle(packDigest, frame, (waiting) => waiting.reject(error));
        continue;
      }
      await store.put(packDigest, catalog.keyId, [{ offsetBytes: frame.offsetBytes, stored }]);
      this.#settle(packDigest, frame, (waiting) => waiting.resolve(stored));
    }
  }

  #settle(packDigest: string, frame: CatalogFrame, settle: (waiting: Waiting) => void): void {
    const key = keyOf(packDigest, frame);
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    this.#waiting.delete(key);
    settle(waiting);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#running >= connections) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running += 1;
    try {
      await work();
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
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
