import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planRunAs, type RunAs } from '../host/index.ts';
import { findBridgeAdapters } from './bridge-adapters.ts';
import { makeBridgeLinks, removeBridgeLinks } from './bridge-links.ts';
import { guardHost } from './guest-firewall.ts';
import { hardwareAddress } from './hardware-address.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

describe('the hardware address of a guest', () => {
  it('is one that nobody assigned, the same every time and another for every card of every guest', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(7), (one, other, position) => {
        const address = hardwareAddress(one, position);
        expect(address).toMatch(/^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
        expect(hardwareAddress(one, position)).toBe(address);
        expect(hardwareAddress(one, position + 1)).not.toBe(address);
        if (one !== other) expect(hardwareAddress(other, position)).not.toBe(address);
      }),
    );
  });
});

describe('the adapters for bridged guests', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'carrel-adapters-'));
    await addAdapter('dock0', { operstate: 'up' });
    await addAdapter('eth0', { operstate: 'up' });
    await addAdapter('eth1', { operstate: 'down' });
    await addAdapter('tap0', { operstate: 'unknown' });
    await addAdapter('wg0', { operstate: 'unknown', type: '65534' });
    await addAdapter('wlan0', { operstate: 'up' });
    await mkdir(join(root, 'sys/class/net/wlan0/phy80211'));
    await mkdir(join(root, 'proc/net'), { recursive: true });
    await setRoutes(
      'eth0\t00000000\t0100A8C0\t0003\t0\t0\t100',
      'wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600',
    );
  });
  afterAll(() => rm(root, { recursive: true }));

  async function addAdapter(name: string, facts: { operstate: string; type?: string }): Promise<void> {
    const folder = join(root, 'sys/class/net', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'operstate'), `${facts.operstate}\n`);
    await writeFile(join(folder, 'type'), `${facts.type ?? '1'}\n`);
    await writeFile(join(folder, 'flags'), '0x1003\n');
  }

  function setRoutes(...lines: string[]): Promise<void> {
    const header = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask';
    const other = 'eth1\t0000FEA9\t00000000\t0001\t0\t0\t0\t0000FFFF';
    return writeFile(join(root, 'proc/net/route'), [header, other, ...lines, ''].join('\n'));
  }

  it('are those named that have a link, in the order named', async () => {
    expect(await findBridgeAdapters(['eth0', 'gone0', 'eth1', 'dock0', 'tap0'], root)).toEqual([
      'eth0',
      'dock0',
      'tap0',
    ]);
  });

  it('are without any name the one of the default route', async () => {
    expect(await findBridgeAdapters([], root)).toEqual(['eth0']);
  });

  it.each([
    [['eth1'], 'eth1 has no link'],
    [['wlan0'], 'wlan0 is wireless and cannot be bridged'],
    [['wg0', 'gone0'], 'wg0 is no Ethernet adapter, gone0 is not there'],
    [['../net/eth0'], '../net/eth0 is not there'],
  ])('are refused when none of %j will do', async (names, reason) => {
    await expect(findBridgeAdapters(names, root)).rejects.toMatchObject({
      code: 'BRIDGE_UNAVAILABLE',
      details: { reason },
    });
  });

  it('are refused without a name where there is no default route', async () => {
    await setRoutes();
    await expect(findBridgeAdapters([], root)).rejects.toMatchObject({
      code: 'BRIDGE_UNAVAILABLE',
      details: { reason: 'it has no default route' },
    });
  });
});

describe.runIf(isRoot)('the links of bridged guests', () => {
  const adapter = `clt${process.pid}`;
  const opened: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    await run('ip', ['link', 'add', adapter, 'type', 'veth', 'peer', 'name', `${adapter}p`]);
    await run('ip', ['link', 'set', adapter, 'up']);
    await run('ip', ['link', 'set', `${adapter}p`, 'up']);
  });
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });
  afterAll(() => run('ip', ['link', 'del', adapter]));

  async function links(): Promise<string[]> {
    const { stdout } = await run('ip', ['-brief', 'link', 'show', 'type', 'macvtap']);
    return stdout.split('\n').filter((line) => line.includes(`@${adapter} `));
  }

  it('are made with the addresses asked for, replaced by the next start, and taken away', async () => {
    const folder = `/nowhere/${process.pid}`;
    opened.push(() => removeBridgeLinks(folder));
    const first = await makeBridgeLinks(folder, [adapter], ['02:00:00:00:10:01']);
    expect(first.fds).toHaveLength(1);
    await first[Symbol.asyncDispose]();
    await using second = await makeBridgeLinks(folder, [adapter], ['02:00:00:00:10:02']);
    expect(second.fds).toHaveLength(1);
    expect(await links()).toEqual([expect.stringContaining('02:00:00:00:10:02')]);
    await removeBridgeLinks('/nowhere/else');
    expect(await links()).toHaveLength(1);
    await removeBridgeLinks(folder);
    expect(await links()).toEqual([]);
  });

  it('are made again where somebody who made them was killed in the middle', async () => {
    const folder = `/nowhere/killed/${process.pid}`;
    opened.push(() => removeBridgeLinks(folder));
    const first = await makeBridgeLinks(folder, [adapter], ['02:00:00:00:10:05']);
    await first[Symbol.asyncDispose]();
    const name = (await links())[0]?.split('@')[0] ?? '';
    expect(name).toMatch(/^cl[0-9a-f]{10}-0$/);
    await run('mknod', [join('/dev', name), 'c', '1', '3']);
    await using second = await makeBridgeLinks(folder, [adapter], ['02:00:00:00:10:05']);
    expect(second.fds).toHaveLength(1);
    await expect(access(join('/dev', name))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leave nothing behind when one cannot be made', async () => {
    const made = makeBridgeLinks(
      '/nowhere/2',
      [adapter, 'gone0'],
      ['02:00:00:00:10:03', '02:00:00:00:10:04'],
    );
    await expect(made).rejects.toMatchObject({ code: 'BRIDGE_UNAVAILABLE' });
    expect(await links()).toEqual([]);
  });
});

describe.runIf(isRoot)('the services of the computer', () => {
  const servers: Server[] = [];
  const guest = planRunAs(65_534, true);

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listen(address: string): Promise<number> {
    const server = createServer((socket) => socket.end('hello'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    const bound = server.address();
    return typeof bound === 'object' && bound ? bound.port : 0;
  }

  function connect(address: string, port: number, user?: RunAs): Promise<string> {
    const script = `
      const socket = require('node:net').connect(${port}, '${address}');
      socket.on('data', () => console.log('connected')).on('error', (error) => console.log(error.code));`;
    return run(process.execPath, ['-e', script], { ...user }).then(({ stdout }) => stdout.trim());
  }

  it('are closed to guests and to nobody else', async () => {
    await guardHost();
    const [four, six] = [await listen('127.0.0.1'), await listen('::1')];
    expect(await connect('127.0.0.1', four, guest)).toBe('ECONNREFUSED');
    expect(await connect('::1', six, guest)).toBe('ECONNREFUSED');
    expect(await connect('127.0.0.1', four)).toBe('connected');
  });

  it('are closed again after somebody loaded other rules', async () => {
    await guardHost();
    await run('nft', ['flush', 'table', 'inet', 'carrel_guests']);
    await guardHost();
    expect(await connect('127.0.0.1', await listen('127.0.0.1'), guest)).toBe('ECONNREFUSED');
  });

  it('are left as they are by root of a container, who may not change the network', async () => {
    const file = join(import.meta.dirname, 'guest-firewall.ts');
    const script = `import('${file}').then(async ({ guardHost }) => console.log(await guardHost()))`;
    const drop = ['--bounding-set=-net_admin', process.execPath, '-e', script];
    expect((await run('setpriv', drop)).stdout).toBe('false\n');
  });
});
