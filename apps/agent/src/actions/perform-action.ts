import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import type { Supervisor } from '../workspaces/supervisor.ts';
import type { UserWorkspace } from '../workspaces/user-workspace.ts';
import type { DeviceAction } from './device-actions.ts';

export interface ActionParts {
  readonly supervisor: Pick<Supervisor, 'list'>;
  readonly clock: Clock;
  readonly rotateKeys: () => Promise<void>;
  readonly wipe: (signal: AbortSignal) => Promise<void>;
}

const pollMs = 250;

/**
 * Does what the server asked for, and resolves when it is done. Asked again after it was cut off, it goes on.
 *
 * @throws why it could not be done
 */
export async function performAction(
  action: DeviceAction,
  parts: ActionParts,
  signal: AbortSignal,
): Promise<void> {
  const concerned = parts.supervisor.list().filter(({ state: { record } }) => {
    const { workspaceId, userId } = action;
    return (
      (workspaceId === null || record.workspaceId === workspaceId) &&
      (userId === null || record.userId === userId)
    );
  });
  const running = concerned.filter(({ hasGuest }) => hasGuest);
  switch (action.kind) {
    case 'lock':
      for (const workspace of running) workspace.lock('administrator');
      return waitUntil(() => running.every(({ isHeld, hasGuest }) => isHeld || !hasGuest), parts, signal);
    case 'stop':
      return stopAll(concerned, parts, signal);
    case 'reset':
      if (concerned.length === 0)
        throw fail('NOT_FOUND', { kind: 'workspace', id: action.workspaceId ?? '' });
      await stopAll(concerned, parts, signal);
      for (const workspace of concerned) workspace.reset();
      await waitUntil(() => concerned.every((workspace) => !isResetting(workspace)), parts, signal);
      return;
    case 'rotate-keys':
      return parts.rotateKeys();
    case 'wipe':
      return parts.wipe(signal);
  }
}

async function stopAll(
  workspaces: readonly UserWorkspace[],
  parts: ActionParts,
  signal: AbortSignal,
): Promise<void> {
  for (const workspace of workspaces) workspace.stop(false);
  await waitUntil(() => workspaces.every(({ hasGuest }) => !hasGuest), parts, signal);
}

function isResetting({ state }: UserWorkspace): boolean {
  return state.record.wanted.isResetWanted;
}

/** @throws the signal's reason */
export async function waitUntil(
  isDone: () => boolean,
  { clock }: Pick<ActionParts, 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  while (!isDone()) await clock.sleep(pollMs, signal);
}
