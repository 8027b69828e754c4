import { fail } from '@carrel/contract';
import type { GuestAgent } from '@carrel/hypervisor';

/** How the script ends when the guest has no rules of that zone itself. */
const noRules = 3;

/**
 * Sets the zone the way the guest's own tools do, and by the link they set where there are none. The zone is an argument,
 * so nothing in it is read as a command.
 */
const script = `
zone=$1
rules=/usr/share/zoneinfo/$zone
[ -f "$rules" ] || { rm -f /etc/localtime; exit ${noRules}; }
[ "$(readlink -f /etc/localtime)" = "$(readlink -f "$rules")" ] && exit 0
timedatectl set-timezone "$zone" 2> /dev/null && exit 0
ln -sf "$rules" /etc/localtime || exit 1
[ ! -e /etc/timezone ] || echo "$zone" > /etc/timezone
`;

/**
 * Gives a Linux guest a time zone; it lasts as long as its disk.
 *
 * @param readRules what the computer knows of the zone, for guests without a database of zones
 * @throws {GUEST_AGENT_REFUSED} @throws {GUEST_AGENT_SILENT}
 */
export async function setLinuxZone(
  agent: GuestAgent,
  zone: string,
  readRules: () => Promise<Uint8Array | undefined>,
): Promise<void> {
  const { exitCode, stderr } = await agent.exec('/bin/sh', { args: ['-c', script, 'sh', zone] });
  if (exitCode === 0) return;
  if (exitCode !== noRules) {
    const said = Buffer.from(stderr).toString('utf8').trim().slice(0, 200);
    throw refused(`setting the zone failed (${exitCode ?? 'killed'}): ${said}`);
  }
  const rules = await readRules();
  if (!rules) throw refused('neither the guest nor this computer has the rules of that zone');
  await agent.writeFile('/etc/localtime', rules);
}

function refused(reason: string): Error {
  return fail('GUEST_AGENT_REFUSED', { command: 'guest-exec', reason });
}
