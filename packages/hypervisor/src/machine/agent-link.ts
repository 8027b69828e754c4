import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import { openGuestAgent } from '../guest-agent/client.ts';
import type { GuestAgent } from '../guest-agent/guest-agent.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { connectWhenReady } from '../qmp/index.ts';

/** Connects to the agent in the guest of a machine; the caller closes it. @throws {GUEST_AGENT_SILENT} */
export async function connectGuestAgent(
  folder: string,
  clock: Clock,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<GuestAgent> {
  const { timeoutMs, signal } = options;
  const socket = await connectWhenReady(machinePaths(folder).guestAgentSocket, {
    clock,
    timeoutMs,
    ...(signal && { signal }),
  });
  if (!socket) throw fail('GUEST_AGENT_SILENT', {});
  return openGuestAgent(socket, { timeoutMs, signal, clock });
}
