import { CommanderError } from 'commander';
import { buildProgram } from './commands/program.ts';
import { reportError } from './commands/report-error.ts';
import { takeEnvironment } from './commands/take-environment.ts';

// Whatever the server writes is its own affair.
process.umask(0o077);

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());

// Whoever read the output may have gone (`carrel server … | head`): the work goes on without.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const note = (line: string): void => void process.stderr.write(`${line}\n`);
const program = buildProgram({
  env: takeEnvironment(process.env),
  out: (line) => void process.stdout.write(`${line}\n`),
  note,
  signal: controller.signal,
});
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = reportError(error, process.argv.includes('--json'), note);
}
