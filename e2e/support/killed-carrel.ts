import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');

type Environment = Readonly<Record<string, string>>;

/** A system call, and how many of its kind the thread that deals with files makes until then. */
export type Step = readonly [call: 'fsync' | 'mkdir' | 'pwrite64' | 'rename' | 'unlink', number: number];

/**
 * Runs one `carrel` command that is killed, as by kill -9, when it comes to the step. One thread does all that
 * concerns files, so that it is the same step each time.
 *
 * @returns whether it was killed; `false` when it came to its end before
 */
export function killCarrelAt(
  [call, number]: Step,
  args: readonly string[],
  env: Environment,
): Promise<boolean> {
  const trace = ['-f', '-qq', '-o', '/dev/null', `--trace=${call}`];
  const inject = `--inject=${call}:signal=SIGKILL:when=${number}`;
  const command = ['strace', ...trace, inject, process.execPath, main, ...args];
  return runToEnd(command, { ...env, UV_THREADPOOL_SIZE: '1' }, () => undefined);
}

/** Runs one `carrel` command one of whose system calls fails, as when there is no room left. */
export async function failCarrelAt(
  [call, number]: Step,
  args: readonly string[],
  env: Environment,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const trace = ['-f', '-qq', '-o', '/dev/null', `--trace=${call}`];
  const inject = `--inject=${call}:error=ENOSPC:when=${number}`;
  const command = [...trace, inject, process.execPath, main, ...args];
  const { code, stderr } = await run('strace', command, { ...env, UV_THREADPOOL_SIZE: '1' }, () => undefined);
  return { code, stderr };
}

/** Runs one `carrel` command that is killed when `arm` says so, which is given what kills it before it starts. */
export function killCarrelWhen(
  arm: (kill: () => void) => void,
  args: readonly string[],
  env: Environment,
): Promise<boolean> {
  return runToEnd([process.execPath, main, ...args], env, arm);
}

async function runToEnd(
  command: readonly string[],
  env: Environment,
  arm: (kill: () => void) => void,
): Promise<boolean> {
  const [program = '', ...args] = command;
  const { code, signal, stderr } = await run(program, args, env, arm);
  if (signal === 'SIGKILL') return true;
  if (code !== 0) throw new Error(`${args.join(' ')} ended by itself: ${stderr}`);
  return false;
}

async function run(
  program: string,
  args: readonly string[],
  env: Environment,
  arm: (kill: () => void) => void,
): Promise<{ readonly code: number | null; readonly signal: string | null; readonly stderr: string }> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  arm(() => child.kill('SIGKILL'));
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, stderr: Buffer.concat(said).toString() };
}
