import { fail } from '@carrel/contract/errors';
import { systemClock } from '@carrel/kit';
import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';
import { createTerminal } from './terminal/terminal.ts';

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => controller.abort(fail('CANCELLED', {})));
}
// A reader that went away (`carrel ... | head`) is no failure.
process.stdout.on('error', () => process.exit(0));

const terminal = createTerminal();
const isJson = process.argv.includes('--json');
const context = { terminal, isJson, clock: systemClock, env: process.env, signal: controller.signal };
const program = await buildProgram(context, process.argv.slice(2));
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await exitCodeOf(error);
}

/** Tells of what failed. Help and version end well; a wrong option was explained already, except to a program. */
async function exitCodeOf(error: unknown): Promise<number> {
  const isUsage = error instanceof CommanderError;
  if (isUsage && (error.exitCode === 0 || !isJson)) return error.exitCode === 0 ? 0 : 2;
  const { reportError } = await import('./terminal/report-error.ts');
  if (!isUsage) return reportError(error, terminal, isJson);
  const reason = error.message.replace(/^error: /, '');
  return reportError(fail('USAGE', { reason, command: 'carrel' }), terminal, true);
}
