import { fail } from '@carrel/contract';

/**
 * Waits for work at most so long. Work that loses goes on until `giveUp` ends it.
 *
 * @throws {DIRECTORY_TIMED_OUT}
 */
export async function withTimeLimit<T>(
  work: Promise<T>,
  limit: { readonly server: string; readonly timeoutMs: number; readonly giveUp: () => void },
): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(fail('DIRECTORY_TIMED_OUT', { server: limit.server, seconds: limit.timeoutMs / 1000 }));
    limit.giveUp();
  }, limit.timeoutMs);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
