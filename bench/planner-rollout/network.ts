import { run } from '../delivery/shell.ts';
import { hubMbitPerSecond, type Office, offices } from './plan.ts';

/**
 * Offices in network namespaces, every computer with one of its own:
 *
 *     centre ══ line of the hub ══ hub ──┬── line of an office ── computers
 *                                        ├── …
 *
 * Lines are shaped towards the computers, each with fair queues as routers have them.
 */
export interface RolloutNetwork extends AsyncDisposable {
  /** Namespace of the server. */
  readonly centre: string;
  readonly serverAddress: string;
  /** Namespaces of an office’s computers. */
  readonly computersOf: (office: Office) => readonly string[];
}

/** Third number of the first office’s addresses. */
const firstNet = 100;

export async function buildNetwork(): Promise<RolloutNetwork> {
  const prefix = `carrel-rollout-${process.pid}`;
  const [centre, hub] = [`${prefix}-centre`, `${prefix}-hub`];
  const computersOf = (office: Office): string[] =>
    Array.from({ length: office.computers }, (_, at) => `${prefix}-${office.name}-${at}`);
  const all = [centre, hub, ...offices.flatMap(computersOf)];
  const remove = async (): Promise<void> => {
    for (const name of all) await removeNamespace(name);
  };
  try {
    for (const name of all) {
      await ip('netns', 'add', name);
      await ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    await ip('-n', hub, 'link', 'add', 'line', 'type', 'veth', 'peer', 'name', 'line', 'netns', centre);
    await address(hub, 'line', '10.95.0.1/24');
    await address(centre, 'line', '10.95.0.2/24');
    await ip('-n', centre, 'route', 'add', 'default', 'via', '10.95.0.1');
    const everybody = offices.flatMap(({ computers }, at) => addressesOf(firstNet + at, computers));
    await shape(centre, 'line', hubMbitPerSecond, everybody);
    await run('ip', ['netns', 'exec', hub, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    for (const [at, office] of offices.entries())
      await connect(hub, office, firstNet + at, computersOf(office));
  } catch (error) {
    await remove();
    throw error;
  }
  return { centre, serverAddress: '10.95.0.2', computersOf, [Symbol.asyncDispose]: remove };
}

async function connect(
  hub: string,
  office: Office,
  net: number,
  computers: readonly string[],
): Promise<void> {
  const bridge = `office${net}`;
  await ip('-n', hub, 'link', 'add', bridge, 'type', 'bridge');
  await address(hub, bridge, `10.95.${net}.1/24`);
  const addresses = addressesOf(net, computers.length);
  for (const [at, computer] of computers.entries()) {
    const port = `p${net}-${at}`;
    await ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', computer);
    await ip('-n', hub, 'link', 'set', port, 'master', bridge, 'up');
    await address(computer, 'eth0', `${addresses[at] ?? ''}/24`);
    await ip('-n', computer, 'route', 'add', 'default', 'via', `10.95.${net}.1`);
  }
  await shape(hub, bridge, office.lineMbitPerSecond, addresses);
}

function addressesOf(net: number, computers: number): string[] {
  return Array.from({ length: computers }, (_, at) => `10.95.${net}.${11 + at}`);
}

async function address(namespace: string, device: string, cidr: string): Promise<void> {
  await ip('-n', namespace, 'address', 'add', cidr, 'dev', device);
  await ip('-n', namespace, 'link', 'set', device, 'up');
}

/**
 * Shapes what leaves a device, with a queue for each address and equal parts for those that have something: fair
 * queuing by means every kernel has.
 */
async function shape(
  namespace: string,
  device: string,
  mbitPerSecond: number,
  addresses: readonly string[],
): Promise<void> {
  const tc = async (...args: readonly string[]): Promise<void> => {
    await run('ip', ['netns', 'exec', namespace, 'tc', ...args]);
  };
  const kbit = 1000 * mbitPerSecond;
  const part = `${Math.floor(kbit / addresses.length)}kbit`;
  // Segments as they go over the line; queues count packets.
  await ip('-n', namespace, 'link', 'set', device, 'gso_max_segs', '1');
  await tc('qdisc', 'add', 'dev', device, 'root', 'handle', '1:', 'htb');
  const line = ['htb', 'rate', `${kbit}kbit`, 'burst', '16kb'];
  await tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', '1:1', ...line);
  for (const [at, host] of addresses.entries()) {
    const id = (0x10 + at).toString(16);
    const queue = [
      'htb',
      'rate',
      part,
      'ceil',
      `${kbit}kbit`,
      'burst',
      '3kb',
      'cburst',
      '3kb',
      'quantum',
      '1514',
    ];
    await tc('class', 'add', 'dev', device, 'parent', '1:1', 'classid', `1:${id}`, ...queue);
    await tc('qdisc', 'add', 'dev', device, 'parent', `1:${id}`, 'pfifo', 'limit', '30');
    const match = ['u32', 'match', 'ip', 'dst', `${host}/32`, 'flowid', `1:${id}`];
    await tc('filter', 'add', 'dev', device, 'protocol', 'ip', 'parent', '1:', 'prio', '1', ...match);
  }
}

/** Removes a namespace and ends what still runs in it. */
async function removeNamespace(name: string): Promise<void> {
  const pids = await run('ip', ['netns', 'pids', name]).catch(() => '');
  for (const pid of pids.split('\n').filter((line) => line !== '')) endProcess(Number(pid));
  await ip('netns', 'delete', name).catch(() => undefined);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function ip(...args: readonly string[]): Promise<void> {
  await run('ip', args);
}
