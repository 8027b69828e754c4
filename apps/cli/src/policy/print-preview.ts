import { type ApiClient, type CallInput, routes } from '@carrel/contract';
import type { CliContext } from '../context.ts';
import { effectLines } from './effect-lines.ts';

/** Asks the server what an edit would change and prints it. */
export async function printPreview(
  api: ApiClient,
  context: CliContext,
  body: CallInput<typeof routes.previewChange>['body'],
  options: { readonly json?: true },
): Promise<void> {
  const effect = await api.call(routes.previewChange, { body, signal: context.signal });
  if (options.json) context.terminal.out(JSON.stringify(effect));
  else for (const line of effectLines(effect)) context.terminal.out(line);
}
