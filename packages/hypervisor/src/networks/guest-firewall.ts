import { readFile } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { guestUids } from '../host/run-as.ts';
import { runSystemProgram } from './system-program.ts';

const table = 'inet carrel_guests';
const guests = `meta skuid ${guestUids.first}-${guestUids.last} oifname "lo"`;

/**
 * QEMU's own network makes a guest's connections those of its process, and some addresses in it stand for this computer
 * itself. What belongs to this computer is reached through `lo` whatever address names it, so that is where the users
 * of guests are held back. Name service stays open: QEMU passes the guest's questions on to the computer's own resolver.
 * Judged before addresses are rewritten, as container engines do for published ports.
 */
const rules = `
add table ${table}
delete table ${table}
table ${table} {
  chain output {
    type filter hook output priority -150; policy accept;
    ${guests} meta l4proto { tcp, udp } th dport 53 accept
    ${guests} meta l4proto tcp reject with tcp reset
    ${guests} reject
  }
}
`;

/**
 * Closes this computer's services to all guests with users of their own; there already, it changes nothing. Whoever
 * loads firewall rules anew may take it away, so it is to be called again from time to time.
 *
 * @returns `false` where this process may not change the network, such as root of a container: like an ordinary user it
 *   has no more to give away than what it reaches itself
 * @throws {HOST_UNGUARDED} it may, and it did not work
 */
export async function guardHost(): Promise<boolean> {
  if (!(await mayChangeNetwork())) return false;
  const present = await runSystemProgram('nft', ['-n', 'list', 'table', ...table.split(' ')]);
  if (present.isDone && present.output.includes(`${guests} reject`)) return true;
  // One transaction: at no time is there nothing.
  const outcome = await runSystemProgram('nft', ['-f', '-'], rules);
  if (!outcome.isDone) throw fail('HOST_UNGUARDED', { reason: outcome.reason });
  return true;
}

/** CAP_NET_ADMIN, capabilities(7). */
const networkCapability = 1n << 12n;

async function mayChangeNetwork(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = /^CapEff:\s*([0-9a-f]+)$/mu.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & networkCapability) !== 0n;
}
