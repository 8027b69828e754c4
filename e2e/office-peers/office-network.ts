import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * An office in network namespaces: computers on one bridge, a router, and behind a slow line a web server.
 *
 *     computer 1 ─┐
 *     computer 2 ─┼─ bridge of the router ══ slow line ══ web server
 *     computer 3 ─┘
 */
export interface OfficeNetwork extends AsyncDisposable {
  /** `http://ADDRESS`, reached through the line. */
  readonly origin: string;
  /** Address of a computer in the office, counted from 0. */
  addressOf(computer: number): string;
  /** Starts a program on a computer; it is killed with the network. */
  spawn(computer: number, command: string, args: readonly string[]): ChildProcess;
  /** Runs a program on a computer and gives what it printed. */
  run(computer: number, command: string, args: readonly string[]): Promise<string>;
  /** Bytes that came over the line into the office so far, headers included. */
  lineBytes(): Promise<number>;
}

export interface OfficeNetworkOptions {
  readonly computers: number;
  /** Served at the root of the web server. */
  readonly webFolder: string;
  /** For the web server's files. */
  readonly folder: string;
  readonly lineRate: string;
}

/** Why namespaces cannot be had here; `undefined` when they can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  const name = `carrel-try-${process.pid}`;
  try {
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['netns', 'del', name]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

let networks = 0;

export async function buildOffice(options: OfficeNetworkOptions): Promise<OfficeNetwork> {
  networks += 1;
  const prefix = `carrel-${process.pid}-${networks}`;
  const router = `${prefix}-router`;
  const web = `${prefix}-web`;
  const computers = Array.from({ length: options.computers }, (_, at) => `${prefix}-${at}`);
  const children: ChildProcess[] = [];
  const start = (namespace: string, command: string, args: readonly string[]): ChildProcess => {
    const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };
  const dispose = async (): Promise<void> => {
    for (const child of children) await end(child);
    for (const name of [...computers, web, router])
      await run('ip', ['netns', 'del', name]).catch(() => undefined);
  };
  try {
    await connect(router, web, computers, options.lineRate);
    await startNginx(options, (args) => start(web, 'nginx', args));
  } catch (error) {
    await dispose();
    throw error;
  }
  const nameOf = (computer: number): string => computers[computer] ?? '';
  return {
    origin: 'http://10.91.0.2',
    addressOf: (computer) => `10.90.0.${11 + computer}`,
    spawn: (computer, command, args) => start(nameOf(computer), command, args),
    run: async (computer, command, args) =>
      (await run('ip', ['netns', 'exec', nameOf(computer), command, ...args])).stdout,
    lineBytes: async () => {
      const { stdout } = await run('ip', ['-n', router, '-s', '-j', 'link', 'show', 'line']);
      const [link] = JSON.parse(stdout) as { stats64: { rx: { bytes: number } } }[];
      return link?.stats64.rx.bytes ?? 0;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function connect(
  router: string,
  web: string,
  computers: readonly string[],
  rate: string,
): Promise<void> {
  const commands = [
    `netns add ${router}`,
    `netns add ${web}`,
    `-n ${router} link add office type bridge`,
    `-n ${router} address add 10.90.0.1/24 dev office`,
    `-n ${router} link set office up`,
    `-n ${router} link add line type veth peer name line netns ${web}`,
    `-n ${router} address add 10.91.0.1/24 dev line`,
    `-n ${router} link set line up`,
    `-n ${web} address add 10.91.0.2/24 dev line`,
    `-n ${web} link set line up`,
    `-n ${web} route add default via 10.91.0.1`,
    ...computers.flatMap((computer, at) => [
      `netns add ${computer}`,
      `-n ${router} link add port${at} type veth peer name eth0 netns ${computer}`,
      `-n ${router} link set port${at} master office up`,
      `-n ${computer} address add 10.90.0.${11 + at}/24 dev eth0`,
      `-n ${computer} address add fd90::${11 + at}/64 dev eth0 nodad`,
      `-n ${computer} link set lo up`,
      `-n ${computer} link set eth0 up`,
      `-n ${computer} route add default via 10.90.0.1`,
    ]),
    // What leaves the web server is what the office downloads.
    `netns exec ${web} tc qdisc add dev line root tbf rate ${rate} burst 64kb latency 200ms`,
  ];
  for (const command of commands) await run('ip', command.split(' '));
  const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward';
  await run('ip', ['netns', 'exec', router, 'sh', '-c', forward]);
}

async function startNginx(
  { folder, webFolder }: OfficeNetworkOptions,
  start: (args: readonly string[]) => ChildProcess,
): Promise<void> {
  const home = join(folder, `nginx-${networks}`);
  await mkdir(home, { recursive: true });
  const config = join(home, 'nginx.conf');
  await writeFile(
    config,
    `daemon off;
user root;
pid ${home}/nginx.pid;
error_log ${home}/error.log;
events {}
http { access_log off; server { listen 10.91.0.2:80; root ${webFolder}; } }
`,
  );
  start(['-p', home, '-c', config]);
  for (let tries = 0; tries < 100; tries += 1) {
    const pid = await readFile(join(home, 'nginx.pid'), 'utf8').catch(() => '');
    if (pid !== '') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nginx did not start.');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  // nginx ends its workers when it is asked to; programs of tests have nothing to save.
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await exited;
  clearTimeout(late);
}
