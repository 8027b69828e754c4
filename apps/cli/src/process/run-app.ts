import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import type { CliContext } from '../context.ts';

/**
 * Runs a sibling program (server, agent) in a process of its own, with this terminal, until it ends.
 * A cancel is passed on as SIGTERM, and the program's own exit code becomes ours.
 *
 * @param input its whole standard input, for what must not be an argument; else it has ours
 */
export async function runApp(
  context: CliContext,
  app: 'server' | 'agent',
  args: readonly string[],
  input?: string,
): Promise<void> {
  const main = join(import.meta.dirname, '../../..', app, 'src/main.ts');
  if (!existsSync(main))
    throw fail('USAGE', { reason: `This installation has no ${app}.`, command: 'carrel' });
  // The agent shares its computer with guests: as for this program, early collection keeps its memory small.
  const flags = app === 'agent' ? ['--max-semi-space-size=1'] : [];
  const child = spawn(process.execPath, [...flags, main, ...args], {
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
  });
  // One that ends before it has read says itself why.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  context.signal.addEventListener('abort', stop);
  try {
    process.exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' ? 0 : 1)));
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}
