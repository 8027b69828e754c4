import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

/** A directory server as a child of the test, which ends with it. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
}

/**
 * An address of this computer that no other test uses: LDAP servers have fixed ports, and 127.0.0.0/8 has enough
 * addresses.
 */
export function loopbackAddress(): string {
  return `127.${randomInt(10, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
}

const startLimitMs = 60_000;

/** Starts a program in the foreground and waits until it takes connections. */
export async function startServerProcess(
  program: string,
  args: readonly string[],
  listens: { readonly host: string; readonly port: number },
): Promise<ServerProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => said.push(data.toString()));
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exited;
    }
  };
  const tooLate = performance.now() + startLimitMs;
  while (!(await takesConnections(listens))) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (isOver || performance.now() > tooLate) {
      await stop();
      throw new Error(`${program} did not start:\n${said.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: stop };
}

async function takesConnections({ host, port }: { host: string; port: number }): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
