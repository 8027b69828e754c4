import { fail } from '@carrel/contract';
import { systemClock } from '@carrel/kit';
import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';
import { reportError } from './terminal/report-error.ts';
import { createTerminal } from './terminal/terminal.ts';

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => controller.abort(fail('CANCELLED', {})));
}
// A reader that went away (`carrel ... | head`) is no failure.
process.stdout.on('error', () => process.exit(0));

const terminal = createTerminal();
const program = buildProgram({ terminal, clock: systemClock, env: process.env, signal: controller.signal });
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = reportError(error, terminal, process.argv.includes('--json'));
}
