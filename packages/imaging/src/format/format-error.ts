import { fail } from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';

/** Bytes that are not what the format says; the caller adds which object they came from. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Throws a {@link FormatError} unless the condition holds. */
export function expectFormat(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new FormatError(reason);
}

/**
 * Runs a decoder and names the object when its bytes are bad.
 *
 * @param what the object for people, e.g. `Frame 12 of pack sha256:…`
 * @param source the repository or file it was read from
 * @throws {IMAGE_DATA_DAMAGED}
 */
export function decoding<T>(what: string, source: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof FormatError) throw damaged(what, source, error.message, error);
    throw error;
  }
}

export function damaged(what: string, source: string, reason: string, cause?: unknown): AppError {
  return isAppError(cause, 'IMAGE_DATA_DAMAGED')
    ? cause
    : fail('IMAGE_DATA_DAMAGED', { what, source, reason }, cause);
}
