import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const main = join(import.meta.dirname, '../main.ts');
const readySchema = z.object({ url: z.url(), authorityFingerprint: z.string(), pid: z.int() });

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the server's program to its end. */
export async function runProgram(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ProgramResult> {
  const child = start(args, env);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { exitCode, stdout, stderr };
}

/** A server in a process of its own; killed, if it still runs, when it is disposed of. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly authorityFingerprint: string;
  /** Everything it logged so far. */
  readonly log: () => string;
  /** Sends the signal and waits for the end. @returns the exit code, `null` when the signal ended it */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `run` on an instance and waits until it says that it is ready. */
export async function startServerProcess(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const child = start(['run', '--port', '0', '--json', ...args], env);
  const log: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString('utf8')));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const stop: ServerProcess['stop'] = async (signal) => {
    child.kill(signal);
    const [exitCode] = await ended;
    return exitCode;
  };
  if (!child.stdout) throw new Error('the server has no output');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line') as Promise<[string]>, ended]);
  if (typeof first[0] !== 'string') throw new Error(`the server ended: ${log.join('')}`);
  const ready = readySchema.parse(JSON.parse(first[0]));
  return {
    ...ready,
    log: () => log.join(''),
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
    },
  };
}

function start(args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function readAll(stream: NodeJS.ReadableStream | null): Promise<string> {
  if (!stream) return '';
  const parts: string[] = [];
  for await (const chunk of stream) parts.push(chunk.toString());
  return parts.join('');
}
