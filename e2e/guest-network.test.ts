import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectGuestAgent } from '../packages/hypervisor/src/machine/agent-link.ts';
import { systemClock } from '../packages/kit/src/index.ts';
import {
  type AgentDevice,
  createAgentDevice,
  findGuest,
  grantWorkspace,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { createOutsideNetwork, type OutsideNetwork } from './support/outside-network.ts';

const run = promisify(execFile);
const made = new AsyncDisposableStack();
let instance: Instance;
let outside: OutsideNetwork;
let device: AgentDevice;

beforeAll(async () => {
  instance = made.use(await createInstance());
  outside = made.use(await createOutsideNetwork(instance.folder));
  await publishTinyImage(instance);
  await grantWorkspace(instance, { network: { dns: fixed(), suffixes: { list: [outside.other.domain] } } });
  device = made.use(await createAgentDevice(instance));
});

afterAll(() => made.disposeAsync());

function fixed(): object {
  return { mode: 'fixed', primary: outside.other.server };
}

/** Runs a command in the guest, when the agent is not talking to it, until it says what it should. */
async function askGuest(command: string, isSatisfying: (answer: string) => boolean): Promise<string> {
  const workspaces = join(instance.folder, 'agent/workspaces');
  const [name = ''] = await readdir(workspaces);
  const ask = async (): Promise<string> => {
    await using guest = await connectGuestAgent(join(workspaces, name), systemClock, { timeoutMs: 30_000 });
    const { stdout, stderr } = await guest.exec('/bin/sh', { args: ['-c', command] });
    return Buffer.concat([stdout, stderr]).toString('utf8');
  };
  return eventually(() => ask().catch(String), isSatisfying);
}

async function bridgeLinks(): Promise<string[]> {
  const { stdout } = await run('ip', ['-brief', 'link', 'show', 'type', 'macvtap']);
  return stdout.split('\n').filter((line) => line.includes(`@${outside.adapter} `));
}

describe.runIf(process.getuid?.() === 0)('the network of a guest', () => {
  it('looks names up where the policy says, also behind the computer', async () => {
    await instance.run('agent', 'start', workspace);
    const { answer } = outside.other;
    expect(await askGuest('nslookup who', (text) => text.includes(answer))).toContain(outside.other.server);
  });

  it('is closed towards the computer itself', async () => {
    const { port } = new URL(instance.url);
    for (const address of ['10.0.2.2', '10.94.0.1']) {
      await askGuest(`nc -w 30 ${address} ${port} < /dev/null`, (text) => text.includes('refused'));
    }
    await askGuest(`nc -w 30 ${outside.own.server} 53 < /dev/null && echo open`, (text) => text === 'open\n');
  });

  it('follows a policy that changes, and one that says nothing any more', async () => {
    await grantWorkspace(instance, { network: { dns: { ...fixed(), secondary: outside.own.server } } });
    await instance.run('agent', 'sync');
    const both = `nameserver ${outside.other.server}\nnameserver ${outside.own.server}\n`;
    await askGuest('cat /etc/resolv.conf', (text) => text.includes(both));
    await grantWorkspace(instance);
    await instance.run('agent', 'sync');
    await askGuest('cat /etc/resolv.conf', (text) => text === 'nameserver 10.0.2.3\n');
  });

  it('is that beside the computer when it is bridged, with the names of the policy', async () => {
    await instance.run('agent', 'stop', workspace);
    const network = { mode: 'bridge', bridgedAdapters: ['gone0', outside.adapter] };
    await grantWorkspace(instance, {
      network: { ...network, suffixes: { list: [outside.other.domain] }, dns: fixed() },
    });
    await instance.run('agent', 'sync');
    await instance.run('agent', 'start', workspace);
    expect(await bridgeLinks()).toHaveLength(1);
    await askGuest('nslookup who', (text) => text.includes(outside.other.answer));
    const [lease] = await outside.leases();
    expect(lease?.hardwareAddress).toMatch(/^[0-9a-f][26ae]:/);
    expect(await askGuest('ifconfig eth0', (text) => text.includes('inet addr'))).toContain(lease?.address);
  });

  it('leaves nothing behind when nobody sees it end', async () => {
    const guest = await findGuest(instance);
    await device.agent().end('SIGKILL');
    expect(await bridgeLinks()).toHaveLength(1);
    process.kill(guest?.pid ?? 0, 'SIGKILL');
    await device.startAgent();
    await eventually(bridgeLinks, (links) => links.length === 0);
  });
});
