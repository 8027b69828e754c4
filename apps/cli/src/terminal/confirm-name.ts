import { createInterface } from 'node:readline/promises';
import { fail } from '@carrel/contract/errors';
import type { CliContext } from '../context.ts';

/**
 * Has the person type the name of what is about to be lost.
 *
 * @param isAgreed `--yes` was given: nobody is asked
 * @throws {USAGE} there is nobody to ask, or something else was typed
 */
export async function confirmName(
  context: CliContext,
  question: { readonly what: string; readonly name: string; readonly command: string },
  isAgreed: boolean,
): Promise<void> {
  if (isAgreed) return;
  const { what, name, command } = question;
  if (!process.stdin.isTTY) throw fail('USAGE', { reason: 'There is nobody to ask: add --yes.', command });
  context.terminal.note(what);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await reader.question(`Type ${name} to go on: `, { signal: context.signal });
    if (typed.trim() !== name) throw fail('USAGE', { reason: 'That is another name.', command });
  } finally {
    reader.close();
  }
}
