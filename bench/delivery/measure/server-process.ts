import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that offers a disk at a unix socket. Disposing ends it. */
export interface DiskServer extends AsyncDisposable {
  readonly socket: string;
  /** For NBD clients. */
  readonly uri: string;
  /** What it used since it started. */
  usage(): Promise<{ readonly cpuSeconds: number; readonly peakMemoryBytes: number }>;
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

/** Of a process and those it started: the time of all, the most memory of one. */
async function usageOfTree(pid: number): Promise<{ cpuSeconds: number; peakMemoryBytes: number }> {
  const own = await usageOf(pid);
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const others = await Promise.all(children.map((child) => usageOfTree(Number(child))));
  return {
    cpuSeconds: own.cpuSeconds + others.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMemoryBytes: Math.max(own.peakMemoryBytes, ...others.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}

async function usageOf(pid: number): Promise<{ cpuSeconds: number; peakMemoryBytes: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // proc(5): user and system time are the 12th and 13th field after the name of the program, in 1/100 s.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    peakMemoryBytes: kibibytes * 1024,
  };
}
