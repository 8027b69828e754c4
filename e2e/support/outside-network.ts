import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A network outside of this computer, which reaches it through one adapter: a namespace with a DHCP server that is the
 * network's own name server, and another name server beside it.
 */
export interface OutsideNetwork extends AsyncDisposable {
  /** The adapter of this computer. */
  readonly adapter: string;
  /** Names its own name server answers, in the domain that DHCP hands out, and with what. */
  readonly own: { readonly server: string; readonly domain: string; readonly answer: string };
  readonly other: { readonly server: string; readonly domain: string; readonly answer: string };
  /** Every address that was leased, with the hardware address it was leased to. */
  leases(): Promise<{ readonly hardwareAddress: string; readonly address: string }[]>;
}

/** @param folder for the files of its servers */
export async function createOutsideNetwork(folder: string): Promise<OutsideNetwork> {
  const namespace = `carrel-outside-${process.pid}`;
  const adapter = `cro${process.pid}`;
  const far = `${adapter}f`;
  const servers: ChildProcess[] = [];
  const own = { server: '10.94.0.2', domain: 'site.test', answer: '198.51.100.2' };
  const other = { server: '10.94.0.3', domain: 'corp.test', answer: '198.51.100.3' };
  const leaseFile = join(folder, 'outside-leases');
  const serve = (names: typeof own, ...args: string[]): void => {
    const settings = [
      ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='],
      ...['--user=root', '--bind-interfaces', '--except-interface=lo', `--listen-address=${names.server}`],
      `--address=/who.${names.domain}/${names.answer}`,
    ];
    const command = ['netns', 'exec', namespace, 'dnsmasq', ...settings, ...args];
    servers.push(spawn('ip', command, { stdio: 'ignore' }));
  };
  const dispose = async (): Promise<void> => {
    for (const server of servers) await end(server);
    await run('ip', ['netns', 'del', namespace]);
    // Goes with its other end, at a time of the kernel's choosing.
    await run('ip', ['link', 'del', adapter]).catch(() => undefined);
  };
  await run('ip', ['netns', 'add', namespace]);
  try {
    await run('ip', ['link', 'add', adapter, 'type', 'veth', 'peer', 'name', far, 'netns', namespace]);
    await run('ip', ['addr', 'add', '10.94.0.1/24', 'dev', adapter]);
    await run('ip', ['link', 'set', adapter, 'up']);
    await run('ip', ['-n', namespace, 'addr', 'add', `${own.server}/24`, 'dev', far]);
    await run('ip', ['-n', namespace, 'addr', 'add', `${other.server}/24`, 'dev', far]);
    await run('ip', ['-n', namespace, 'link', 'set', far, 'up']);
    const leases = ['--dhcp-range=10.94.0.100,10.94.0.150,5m', `--dhcp-leasefile=${leaseFile}`];
    serve(own, ...leases, `--domain=${own.domain}`);
    serve(other);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    adapter,
    own,
    other,
    leases: async () => {
      const lines = (await readFile(leaseFile, 'utf8').catch(() => '')).trim().split('\n');
      return lines
        .filter((line) => line !== '')
        .map((line) => line.split(' '))
        .map(([, hardwareAddress = '', address = '']) => ({ hardwareAddress, address }));
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
}
