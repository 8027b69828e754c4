import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { paths } from './paths.ts';
import type { Say } from './say.ts';

const cli = join(paths.root, 'apps/cli/src/main.ts');

/** A command that failed has told the person why already. */
export class CommandFailed extends Error {
  readonly exitCode: number;
  constructor(args: readonly string[], exitCode: number) {
    super(`carrel ${args.slice(0, 2).join(' ')} failed`);
    this.exitCode = exitCode;
  }
}

/** Runs the command line as the person would, and its long-running programs. */
export interface Carrel {
  /** Runs a command to its end; gives what it printed, a line an element. */
  run(args: readonly string[], secrets?: Readonly<Record<string, string>>): Promise<string[]>;
  /** Starts a program that stays, its log going to a file, and waits for the first line it prints. */
  start(
    args: readonly string[],
    logPath: string,
  ): Promise<{ readonly line: string; readonly child: ChildProcess }>;
}

export function createCarrel(say: Say, signal: AbortSignal): Carrel {
  const env = { ...process.env, XDG_CONFIG_HOME: paths.config, CARREL_AGENT_DATA: paths.agent };
  return {
    run: async (args, secrets = {}) => {
      signal.throwIfAborted();
      say.command(args);
      const child = spawn(process.execPath, [cli, ...args], {
        env: { ...env, ...secrets },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
      const code = await exitOf(child);
      signal.throwIfAborted();
      if (code !== 0) throw new CommandFailed(args, code);
      return lines;
    },
    start: async (args, logPath) => {
      signal.throwIfAborted();
      say.command(args);
      await using log = await open(logPath, 'a', 0o600);
      // Its own group, so that Ctrl-C reaches it through us and in the right order.
      const child = spawn(process.execPath, [cli, ...args], {
        env,
        stdio: ['ignore', 'pipe', log.fd],
        detached: true,
      });
      if (child.stdout === null) throw new Error('The program was started without a pipe.');
      const lines = createInterface({ input: child.stdout });
      const first = new Promise<string>((resolve) => {
        lines.once('line', resolve);
      });
      const line = await Promise.race([first, exitOf(child)]);
      if (typeof line === 'number') {
        say.line(await lastLines(logPath));
        throw new CommandFailed(args, line);
      }
      return { line, child };
    },
  };
}

/** Ends a program started before, giving it time to finish its work. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await exitOf(child);
}

async function lastLines(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n').slice(-5).join('\n   ');
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
