import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { GuestAgent } from '@carrel/hypervisor';
import type { GuestNames } from '@carrel/policy';
import { guestInterfaces, runInGuest } from './guest-commands.ts';

const netsh = 'C:\\Windows\\System32\\netsh.exe';
const reg = 'C:\\Windows\\System32\\reg.exe';
const ipconfig = 'C:\\Windows\\System32\\ipconfig.exe';
/** A hash of what was set last: it goes with the disk it was set on, and has no letters that codepages differ in. */
const ownKey = 'HKLM\\SOFTWARE\\Carrel';
const ownValue = 'NetworkNames';
const searchKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';

/**
 * Sets the names of a Windows guest, where they stay over restarts, and takes back what an earlier policy set.
 *
 * @param cards hardware addresses of the guest's network cards
 * @throws {GUEST_AGENT_REFUSED} @throws {GUEST_AGENT_SILENT}
 */
export async function setWindowsNames(
  agent: GuestAgent,
  names: GuestNames,
  cards: readonly string[],
): Promise<void> {
  const links = await guestInterfaces(agent, cards);
  const { servers, suffixes } = names;
  const wanted = servers || suffixes ? hashOf({ links, servers, suffixes }) : '';
  if (wanted === (await readOwnValue(agent))) return;
  for (const link of links) await setServers(agent, link, servers);
  await setValue(agent, searchKey, 'SearchList', suffixes?.join(',') ?? '');
  await runInGuest(agent, ipconfig, ['/flushdns']);
  await setValue(agent, ownKey, ownValue, wanted);
}

/** `''` when nothing was ever set. */
async function readOwnValue(agent: GuestAgent): Promise<string> {
  const { exitCode, stdout } = await agent.exec(reg, { args: ['query', ownKey, '/v', ownValue] });
  if (exitCode !== 0) return '';
  return /REG_SZ\s+([0-9a-f]{64})/.exec(Buffer.from(stdout).toString('latin1'))?.[1] ?? '';
}

async function setServers(agent: GuestAgent, link: string, servers: GuestNames['servers']): Promise<void> {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const own = servers?.filter((server) => isIPv6(server) === (family === 'ipv6'));
    const command = (verb: 'set' | 'add', ...args: string[]): string[] => [
      ...['interface', family, verb, 'dnsservers', `name=${link}`],
      ...args,
    ];
    const first = own ? command('set', 'source=static', 'address=none') : command('set', 'source=dhcp');
    // A guest without IPv6 refuses this, and has no servers to be replaced.
    if (family === 'ipv6' && !own?.length) await agent.exec(netsh, { args: first });
    else await runInGuest(agent, netsh, first);
    for (const server of own ?? []) {
      await runInGuest(agent, netsh, command('add', `address=${server}`, 'validate=no'));
    }
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function setValue(agent: GuestAgent, key: string, name: string, value: string): Promise<void> {
  return runInGuest(agent, reg, ['add', key, '/v', name, '/t', 'REG_SZ', '/d', value, '/f']);
}
