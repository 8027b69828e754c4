import { backoffMs, type Clock, isAppError } from '@carrel/kit';
import type { ImageIndex } from '../index/image-index.ts';
import { inOrder } from '../workers/in-order.ts';
import { bootFrames } from './boot-frames.ts';
import type { FrameLoader } from './frame-loader.ts';

const requestsAtOnce = 2;
const lookAgainMs = 250;

export interface BootPrefetchOptions {
  readonly index: ImageIndex;
  readonly loader: FrameLoader;
  /** What was loaded and not read may take so much. */
  readonly maxUnreadBytes: number;
  readonly isElsewhere: (stored: number) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Loads what a recorded boot reads, in its order, no further ahead of the reads than the cache has room for. Waits
 * while the sources cannot be reached.
 *
 * @throws {IMAGE_DATA_DAMAGED}, and what the repositories throw that will not pass
 */
export async function prefetchBoot(options: BootPrefetchOptions): Promise<void> {
  const { index, loader, maxUnreadBytes, clock, signal } = options;
  const load = async (frames: readonly number[]): Promise<void> => {
    while (loader.cache.unreadBytes > maxUnreadBytes) await clock.sleep(lookAgainMs, signal);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await loader.loadForBoot(frames);
        return;
      } catch (error) {
        if (!isAppError(error) || !error.retryable || signal.aborted) throw error;
      }
      const pace = { baseDelayMs: 500, maxDelayMs: 10_000, random: Math.random };
      await clock.sleep(backoffMs(Math.min(attempt, 30), pace), signal);
    }
  };
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- what counts is that each part was loaded
  for await (const _done of inOrder(bootFrames(index, options.isElsewhere), requestsAtOnce, load)) {
    signal.throwIfAborted();
  }
}
