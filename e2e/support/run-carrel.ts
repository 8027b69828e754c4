import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `carrel` command to its end. Never rejects for a failing command: the test looks at the code. */
export async function runCarrel(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, stdout: stdout(), stderr: stderr() };
}

/** A `carrel` program that stays. Disposing of it ends it gently. */
export interface RunningProgram extends AsyncDisposable {
  /** The process that does the work, for `kill -9`. */
  readonly pid: number;
  /** The first line it printed. */
  readonly ready: string;
  /** What it wrote to standard error so far. */
  stderr(): string;
  /** Ends it with the signal and waits. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program of ours directly (`apps/server`, `apps/agent`), so that its pid is the one to kill.
 *
 * @throws when it ends before it printed a line
 */
export async function startProgram(
  app: 'server' | 'agent',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningProgram> {
  const program = join(import.meta.dirname, '../../apps', app, 'src/main.ts');
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr = collect(child.stderr);
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const first = (await Promise.race([once(lines, 'line'), ended])) as unknown[];
  if (hasEnded(child) || child.pid === undefined) {
    throw new Error(`${app} ${args[0] ?? ''} ended with ${String(child.exitCode)}: ${stderr()}`);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!hasEnded(child)) child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid,
    ready: String(first[0]),
    stderr,
    end,
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
