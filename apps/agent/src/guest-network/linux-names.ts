import type { GuestAgent } from '@carrel/hypervisor';
import type { GuestNames } from '@carrel/policy';
import { guestInterfaces, runInGuest } from './guest-commands.ts';
import { rewriteResolverFile } from './resolver-file.ts';

const resolverFile = '/etc/resolv.conf';
const largestResolverFile = 64 * 1024;

/**
 * Sets the names of a Linux guest: through systemd-resolved where that keeps the file, else in the file itself. There
 * already, nothing is written.
 *
 * @param cards hardware addresses of the guest's network cards
 * @param isChange others were set in this guest before
 * @throws {GUEST_AGENT_REFUSED} @throws {GUEST_AGENT_SILENT}
 */
export async function setLinuxNames(
  agent: GuestAgent,
  names: GuestNames,
  cards: readonly string[],
  isChange: boolean,
): Promise<void> {
  const present = Buffer.from(await agent.readFile(resolverFile, largestResolverFile)).toString('utf8');
  if (present.includes('systemd-resolved')) return setResolvedNames(agent, names, cards, isChange);
  const wanted = rewriteResolverFile(present, names);
  if (wanted !== present) await agent.writeFile(resolverFile, Buffer.from(wanted));
}

async function setResolvedNames(
  agent: GuestAgent,
  { servers, suffixes }: GuestNames,
  cards: readonly string[],
  isChange: boolean,
): Promise<void> {
  for (const link of await guestInterfaces(agent, cards)) {
    if (isChange) await runInGuest(agent, '/usr/bin/resolvectl', ['revert', link]);
    if (servers) await runInGuest(agent, '/usr/bin/resolvectl', ['dns', link, ...servers]);
    if (suffixes) await runInGuest(agent, '/usr/bin/resolvectl', ['domain', link, ...suffixes]);
  }
}
