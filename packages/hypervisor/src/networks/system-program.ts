import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type ProgramOutcome =
  | { readonly isDone: true; readonly output: string }
  /** It is missing, or what it complained about, in one line. */
  | { readonly isDone: false; readonly reason: string };

const timeoutMs = 30_000;

/** Runs one of the system's own programs, looked for where root's lie, and waits for it. */
export async function runSystemProgram(
  program: string,
  args: readonly string[],
  input = '',
): Promise<ProgramOutcome> {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
  const child = spawn(program, args, { env, timeout: timeoutMs, killSignal: 'SIGKILL' });
  const ended = Promise.withResolvers<string | undefined>();
  child.once('error', () => ended.resolve(`${program} cannot be run`));
  child.once('close', (code) => ended.resolve(code === 0 ? undefined : `${program} failed`));
  // One that ends without reading says why itself.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, complaint, failure] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended.promise,
  ]);
  if (failure === undefined) return { isDone: true, output };
  const [line = ''] = complaint.trim().split('\n');
  return { isDone: false, reason: line === '' ? failure : `${failure} (${line})` };
}
