import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fail, type Lease } from '@carrel/contract';
import { isErrorCode } from '../store/atomic-file.ts';
import type { EventQueue } from '../store/event-queue.ts';

/** What it printed last is what people are shown. */
const shownCharacters = 200;

/**
 * Runs the check of this computer that a workspace's policy asks for before it starts, as the agent's own user. Exit
 * code 0 means passed; anything else, silence beyond the timeout included, means failed.
 *
 * @throws {HOST_VERIFICATION_FAILED} it failed, and the policy requires it; else the failure is recorded
 */
export async function verifyHost(
  { policy, workspaceName, userName, workspaceId }: Lease,
  events: Pick<EventQueue, 'record'>,
  signal: AbortSignal,
): Promise<void> {
  const { command, timeoutSeconds, isRequired } = policy.general.hostVerification;
  if (command === null) return;
  const reason = await runCheck(command, timeoutSeconds * 1000, signal);
  if (reason === undefined) return;
  if (isRequired) throw fail('HOST_VERIFICATION_FAILED', { workspace: workspaceName, reason });
  const subject = { user: userName, workspaceId };
  events.record('WORKSPACE-014', { workspace: workspaceName, reason }, subject);
}

/** Why it failed; `undefined` when it passed. What it started itself is ended with it. */
async function runCheck(
  command: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: '/',
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-shownCharacters);
    });
  }
  const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const onAbort = (): void => endGroup(child.pid);
  ending.addEventListener('abort', onAbort, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    signal.throwIfAborted();
    if (ending.aborted) return `it did not end within ${timeoutMs / 1000} s`;
    return code === 0 ? undefined : `exit code ${code ?? 'unknown'}${lastWords(output)}`;
  } finally {
    ending.removeEventListener('abort', onAbort);
    endGroup(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isErrorCode(error, 'ESRCH')) throw error;
  }
}

function lastWords(output: string): string {
  const text = output.trim();
  return text === '' ? '' : `: ${text}`;
}
