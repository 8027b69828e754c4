import { fail } from '@carrel/contract';
import { AppError, isAbortError } from '@carrel/kit';
import type { Terminal } from './terminal.ts';

/** Tells the person what failed and what to do, and gives the exit code for it. */
export function reportError(error: unknown, terminal: Terminal, isJson: boolean): number {
  const known = toAppError(error);
  if (isJson) {
    const { code, message, remedy, details, retryable } = known;
    terminal.note(JSON.stringify({ error: { code, message, remedy, details, retryable } }));
  } else {
    terminal.note(`error: ${known.message}`);
    terminal.note(`       ${known.remedy} [${known.code}]`);
  }
  if (known.code === 'INTERNAL' && error instanceof Error) terminal.note(error.stack ?? error.message);
  return known.exitCode;
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isAbortError(error)) return fail('CANCELLED', {}, error);
  return fail('INTERNAL', { requestId: 'printed below' }, error);
}
