import { fail } from '@carrel/contract/errors';
import type { AppError } from '@carrel/kit';
import { FormatError } from './format-error.ts';

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

/** The error for an object that a source does not hold. */
export function missing(what: string, source: string, cause?: unknown): AppError {
  return fail('IMAGE_DATA_MISSING', { what, source }, cause);
}

/** The error for an object that is not what was packed. */
export function damaged(what: string, source: string, reason: string, cause?: unknown): AppError {
  return fail('IMAGE_DATA_DAMAGED', { what, source, reason }, cause);
}
