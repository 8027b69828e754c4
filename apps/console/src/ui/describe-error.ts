import { isAppError } from '@carrel/kit';

export interface DescribedError {
  readonly message: string;
  readonly remedy: string;
  /** `undefined` for failures of this page itself. */
  readonly code: string | undefined;
}

/** The two sentences people see for any failure. */
export function describeError(error: unknown): DescribedError {
  if (isAppError(error)) return { message: error.message, remedy: error.remedy, code: error.code };
  return {
    message: 'This page ran into a fault of its own.',
    remedy: `Reload the page; if it happens again, report this: ${error instanceof Error ? error.message : String(error)}`,
    code: undefined,
  };
}

/** Seconds the server asks to wait before the next try; `undefined` when it does not. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!isAppError(error)) return undefined;
  const value = error.details.retryAfterSeconds;
  return typeof value === 'number' && value > 0 ? Math.ceil(value) : undefined;
}
