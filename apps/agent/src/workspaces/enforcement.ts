import type { Clock } from '@carrel/kit';
import type { EventQueue } from '../store/event-queue.ts';
import type { StoreSeal } from '../store/store-seal.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';
import { type EnforcementParts, enforceLease } from './enforce-lease.ts';
import type { UserWorkspace } from './user-workspace.ts';

export interface EnforcementLoopParts extends Omit<EnforcementParts, 'clock' | 'events'> {
  readonly events: Pick<EventQueue, 'record'>;
  readonly trusted: TrustedClock;
  readonly clock: Clock;
  readonly seal: Pick<StoreSeal, 'isIntact'>;
  /** For how long the computer slept since the last call. */
  readonly sleptMs: () => number;
  readonly workspaces: () => readonly UserWorkspace[];
  /** What time it really is, and what is really permitted, the server knows. */
  readonly askServer: (why: string) => void;
  /** An unexpected failure of one look; the next one tries again. @throws what should end the agent */
  readonly onFailure: (error: unknown) => void;
}

const intervalMs = 5_000;

/** Looks at clocks, store and leases every few seconds, until the signal is aborted. */
export async function runEnforcement(parts: EnforcementLoopParts, signal: AbortSignal): Promise<void> {
  let wasIntact = true;
  while (!signal.aborted) {
    try {
      wasIntact = checkStore(parts, wasIntact);
      await lookOnce(parts);
    } catch (error) {
      parts.onFailure(error);
    }
    await parts.clock.sleep(intervalMs, signal);
  }
}

async function lookOnce(parts: EnforcementLoopParts): Promise<void> {
  const { events, trusted, workspaces, askServer } = parts;
  const step = trusted.tick();
  if (step) {
    events.record('AGENT-006', { ...step });
    askServer('the clock was set');
  }
  if (parts.sleptMs() > 0) {
    for (const workspace of workspaces()) lockAfterSleep(workspace);
    askServer('the computer slept');
  }
  for (const workspace of workspaces()) {
    await enforceLease(workspace, { ...parts, clock: trusted });
    await workspace.lookAtUpdate();
  }
}

function checkStore({ events, seal, askServer }: EnforcementLoopParts, wasIntact: boolean): boolean {
  const { isIntact } = seal;
  if (!isIntact && wasIntact) {
    events.record('AGENT-013', { what: 'agent.db' });
    askServer('the store was changed by hand');
  }
  return isIntact;
}

/** A computer asleep may have been carried away; who wakes it has to show who they are. */
function lockAfterSleep(workspace: UserWorkspace): void {
  const { hasGuest, isStopping, state } = workspace;
  if (hasGuest && !isStopping && state.record.policy.isLockedOnSuspend) workspace.lock('suspend');
}
