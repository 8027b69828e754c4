import { fail } from '@carrel/contract';
import type { GuestAgent } from '@carrel/hypervisor';

/** The guest's own names of its network cards. */
export async function guestInterfaces(agent: GuestAgent, cards: readonly string[]): Promise<string[]> {
  const found = await agent.networkInterfaces();
  return found
    .filter(({ hardwareAddress }) => hardwareAddress && cards.includes(hardwareAddress.toLowerCase()))
    .map(({ name }) => name);
}

/** Runs a program of the guest and waits for it. @throws {GUEST_AGENT_REFUSED} also when it fails */
export async function runInGuest(agent: GuestAgent, path: string, args: readonly string[]): Promise<void> {
  const { exitCode } = await agent.exec(path, { args });
  if (exitCode === 0) return;
  const reason = `${path} ${args.join(' ')} failed (${exitCode ?? 'killed'})`;
  throw fail('GUEST_AGENT_REFUSED', { command: 'guest-exec', reason });
}
