import type { ErrorCode } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { expect } from 'vitest';

/**
 * What came of work on bad input: its result, or `undefined` after it failed with one of the codes. Any other failure
 * fails the test, as does a message that is not one short line, since it goes to a terminal.
 */
export async function outcomeOf<T>(
  work: () => T | Promise<T>,
  codes: readonly ErrorCode[],
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(codes, error.message).toContain(error.code);
    expect(error.message).toMatch(/^[^\p{Cc}]{1,1000}$/u);
    return undefined;
  }
}
