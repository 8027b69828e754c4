import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { CommandResult } from './run-carrel.ts';

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');

/** A `carrel` command that says something before it waits for somebody. */
export interface WaitingCommand {
  /** Rejects when it ends without a word. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<CommandResult>;
}

/** Starts one `carrel` command. Whoever starts it waits for its end. */
export function startCarrel(args: readonly string[], env: Readonly<Record<string, string>>): WaitingCommand {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ended = Promise.all([closed, output]).then(([[code], [stdout, stderr]]) => ({
    code: code ?? 1,
    stdout,
    stderr,
  }));
  const spoken = once(lines, 'line') as Promise<[string]>;
  const firstLine = Promise.race([
    spoken.then(([line]) => line),
    ended.then(({ code, stderr }): never => {
      throw new Error(`carrel ${args.join(' ')} ended with ${code}: ${stderr}`);
    }),
  ]);
  return { firstLine, ended };
}
