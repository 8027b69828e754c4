import { fail } from '@carrel/contract';
import type { GuestAgent } from '@carrel/hypervisor';
import { findWindows } from 'windows-iana';

const tzutil = 'C:\\Windows\\System32\\tzutil.exe';

/**
 * Gives a Windows guest a time zone, by the name Windows has for it.
 *
 * @throws {GUEST_AGENT_REFUSED} @throws {GUEST_AGENT_SILENT}
 */
export async function setWindowsZone(agent: GuestAgent, zone: string): Promise<void> {
  const name = windowsName(zone);
  if (name === undefined) throw refused('Windows has no name for that zone');
  const { stdout } = await agent.exec(tzutil, { args: ['/g'] });
  if (Buffer.from(stdout).toString('latin1').trim() === name) return;
  const { exitCode } = await agent.exec(tzutil, { args: ['/s', name] });
  if (exitCode !== 0) throw refused(`tzutil /s "${name}" failed (${exitCode ?? 'killed'})`);
}

/** Names that are newer than the table are looked up by what they were called before. */
function windowsName(zone: string): string | undefined {
  return findWindows(zone)[0] ?? findWindows(formerName(zone))[0];
}

function formerName(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return zone;
    throw error;
  }
}

function refused(reason: string): Error {
  return fail('GUEST_AGENT_REFUSED', { command: 'guest-exec', reason });
}
