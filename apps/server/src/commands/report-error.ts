import { fail } from '@carrel/contract';
import { type AppError, isAbortError, isAppError } from '@carrel/kit';
import { availabilityError } from '../database/index.ts';

/** Shows a failure as every Carrel program does. @returns the exit code */
export function reportError(error: unknown, isJson: boolean, write: (text: string) => void): number {
  const known = toAppError(error);
  const { code, message, remedy, details, retryable } = known;
  if (isJson) write(JSON.stringify({ error: { code, message, remedy, details, retryable } }));
  else write(`error: ${message}\n       ${remedy} [${code}]`);
  if (code === 'INTERNAL' && error instanceof Error) write(error.stack ?? error.message);
  return known.exitCode;
}

function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (isAbortError(error)) return fail('CANCELLED', {}, error);
  const available = availabilityError(error);
  if (isAppError(available)) return available;
  return fail('INTERNAL', { requestId: 'printed below' }, error);
}
