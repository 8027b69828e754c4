import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessUsage, usageOfTree } from './process-usage.ts';

/** A process that offers a disk at a unix socket. Disposing ends it. */
export interface DiskServer extends AsyncDisposable {
  readonly socket: string;
  /** For NBD clients. */
  readonly uri: string;
  /** What it used since it started. */
  usage(): Promise<ProcessUsage>;
}

/** Starts a server and waits until its socket is there. */
export async function startDiskServer(command: readonly string[], socket: string): Promise<DiskServer> {
  await rm(socket, { force: true });
  // The kernel ends it when we are gone, however that came.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  await waitForSocket(socket, child);
  return {
    socket,
    uri: `nbd+unix:///?socket=${socket}`,
    usage: () => usageOfTree(child.pid ?? 0),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function waitForSocket(socket: string, child: ChildProcess): Promise<void> {
  for (;;) {
    const isThere = await stat(socket).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
    await sleep(10);
  }
}
