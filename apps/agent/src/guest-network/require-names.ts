import { fail, type Lease, type MachineDescription } from '@carrel/contract';
import { asksForNames } from '@carrel/policy';

/**
 * Lets a start go on only if the name servers and suffixes of the policy can be set in such a guest.
 *
 * @throws {GUEST_NAMES_UNSUPPORTED}
 */
export function requireNames(
  { policy: { network }, workspaceName }: Pick<Lease, 'policy' | 'workspaceName'>,
  machine: MachineDescription,
): void {
  if (network.mode === 'none' || !asksForNames(network)) return;
  const reason = whyNot(machine);
  if (reason !== undefined) throw fail('GUEST_NAMES_UNSUPPORTED', { workspace: workspaceName, reason });
}

function whyNot({ hasGuestAgent, guestOs }: MachineDescription): string | undefined {
  if (!hasGuestAgent) return 'its image has no guest agent to set them with';
  return guestOs === 'other' ? 'its image is neither Linux nor Windows' : undefined;
}
