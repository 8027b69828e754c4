import { fail } from '@carrel/contract/errors';
import { AppError, isAbortError } from '@carrel/kit';
import { z } from 'zod';
import type { Terminal } from './terminal.ts';

/** Tells the person what failed and what to do, and gives the exit code for it. */
export function reportError(error: unknown, terminal: Terminal, isJson: boolean): number {
  const known = toAppError(error);
  if (isJson) {
    const { code, message, remedy, details, retryable } = known;
    terminal.note(JSON.stringify({ error: { code, message, remedy, details, retryable } }));
  } else {
    terminal.note(`error: ${known.message}`);
    for (const line of changeLines(known)) terminal.note(`       ${line}`);
    terminal.note(`       ${known.remedy} [${known.code}]`);
  }
  if (known.code === 'INTERNAL' && error instanceof Error) terminal.note(error.stack ?? error.message);
  return known.exitCode;
}

/** What somebody else changed meanwhile, where an error tells. */
function changeLines({ details }: AppError): string[] {
  const { changes } = details;
  if (!Array.isArray(changes)) return [];
  return changes.flatMap((row: unknown): string[] => {
    const change = changeSchema.safeParse(row);
    if (!change.success) return [];
    const { tab, field, before, after } = change.data;
    return [change.data.change ?? `${tab}: ${field ?? ''} ${before ?? ''} → ${after ?? ''}`];
  });
}

const changeSchema = z.object({
  tab: z.string(),
  change: z.string().optional(),
  field: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
});

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isAbortError(error)) return fail('CANCELLED', {}, error);
  return fail('INTERNAL', { requestId: 'printed below' }, error);
}
