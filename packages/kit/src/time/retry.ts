import { isAbortError, isAppError } from '../errors/app-error.ts';
import type { Clock } from './clock.ts';

export interface RetryOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads callers that failed together. */
  readonly random: () => number;
  /** Tries in all, at least 1. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly signal?: AbortSignal;
  /** Default: an {@link AppError} marked retryable. An abort is never retried. */
  readonly isRetryable?: (error: unknown) => boolean;
  /** A wait the other side asked for (`Retry-After`), which replaces the computed one. */
  readonly requestedDelayMs?: (error: unknown) => number | undefined;
}

/** Runs the operation until it succeeds, waiting between tries with full-jitter exponential back-off. */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const isRetryable = options.isRetryable ?? ((error) => isAppError(error) && error.retryable);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation(attempt);
    } catch (error) {
      if (attempt >= options.attempts || isAbortError(error) || !isRetryable(error)) throw error;
      const delayMs = options.requestedDelayMs?.(error) ?? backoffMs(attempt, options);
      await options.clock.sleep(Math.min(delayMs, options.maxDelayMs), options.signal);
    }
  }
}

/** The wait before try `attempt + 1`: between half and the whole of an exponentially growing step. */
export function backoffMs(
  attempt: number,
  options: Pick<RetryOptions, 'baseDelayMs' | 'maxDelayMs' | 'random'>,
): number {
  const stepMs = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** (attempt - 1));
  return stepMs * (0.5 + options.random() / 2);
}

/** The interval changed by at most ±`share`, so that a fleet does not knock at once. */
export function withJitter(intervalMs: number, share: number, random: () => number): number {
  return intervalMs * (1 - share + 2 * share * random());
}
