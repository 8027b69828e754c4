import type { Clock } from '@carrel/kit';

/** Less than this from a connection that has nothing else to do is as good as nothing. */
const leastBytesPerSecond = 1024;

export interface SteadyOptions {
  readonly clock: Clock;
  /** Progress is judged over so much waiting. */
  readonly stallTimeoutMs: number;
  unreachable(reason: string): Error;
}

/**
 * Passes chunks on, and gives up a connection that trickles. Only the time spent waiting for the network counts, not
 * what the receiver takes for itself (a limited rate, a full disk queue). Silence is the transport's to notice.
 *
 * @throws {REPOSITORY_UNREACHABLE}
 */
export async function* steadyChunks(
  chunks: AsyncIterable<Uint8Array>,
  options: SteadyOptions,
): AsyncIterable<Uint8Array> {
  const { clock, stallTimeoutMs } = options;
  let [waitedMs, received] = [0, 0];
  let waitingSinceMs = clock.monotonicMs();
  for await (const chunk of chunks) {
    waitedMs += clock.monotonicMs() - waitingSinceMs;
    received += chunk.length;
    if (waitedMs >= stallTimeoutMs) {
      const isTrickle = received < (leastBytesPerSecond * waitedMs) / 1000;
      if (isTrickle) throw options.unreachable('the connection is as good as dead');
      [waitedMs, received] = [0, 0];
    }
    yield chunk;
    waitingSinceMs = clock.monotonicMs();
  }
}
