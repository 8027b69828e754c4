import { randomUUID } from 'node:crypto';
import type { Id, UserId, WorkspaceId } from '@carrel/kit';
import { systemClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import type { UserWorkspace } from '../workspaces/user-workspace.ts';
import type { DeviceAction } from './device-actions.ts';
import { performAction } from './perform-action.ts';

const desk = randomUUID() as string as WorkspaceId;
const other = randomUUID() as string as WorkspaceId;
const ada = randomUUID() as string as UserId;
const bob = randomUUID() as string as UserId;

interface Scripted {
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
  hasGuest: boolean;
  isHeld: boolean;
  readonly asked: string[];
}

/** A workspace that does what it is asked a moment later. */
function scripted(workspaceId: WorkspaceId, userId: UserId, hasGuest: boolean): Scripted & UserWorkspace {
  const wanted = { isResetWanted: false };
  const later = (act: () => void): void => void setTimeout(act, 10);
  const workspace = {
    workspaceId,
    userId,
    hasGuest,
    isHeld: false,
    asked: [] as string[],
    state: { record: { workspaceId, userId, wanted } },
    lock: (reason: string) => {
      workspace.asked.push(`lock by ${reason}`);
      later(() => {
        workspace.isHeld = true;
      });
    },
    stop: () => {
      workspace.asked.push('stop');
      later(() => {
        workspace.hasGuest = false;
      });
    },
    reset: () => {
      workspace.asked.push(`reset ${workspace.hasGuest ? 'with' : 'without'} guest`);
      wanted.isResetWanted = true;
      later(() => {
        wanted.isResetWanted = false;
      });
    },
  };
  return workspace as unknown as Scripted & UserWorkspace;
}

function scene() {
  const workspaces = [
    scripted(desk, ada, true),
    scripted(desk, bob, false),
    scripted(other, ada, true),
  ] as const;
  const calls: string[] = [];
  const perform = (
    kind: DeviceAction['kind'],
    target: { workspaceId?: WorkspaceId; userId?: UserId } = {},
    signal = new AbortController().signal,
  ): Promise<void> =>
    performAction(
      { id: randomUUID() as string as Id<'device-action'>, kind, workspaceId: null, userId: null, ...target },
      {
        supervisor: { list: () => [...workspaces] },
        clock: systemClock,
        rotateKeys: () => Promise.resolve(void calls.push('rotate')),
        wipe: () => Promise.resolve(void calls.push('wipe')),
      },
      signal,
    );
  return { workspaces, calls, perform };
}

describe('doing what the server asks', () => {
  it('locks the guests that run, of those meant, and is done when they stand still', async () => {
    const { workspaces, perform } = scene();
    await perform('lock', { workspaceId: desk });
    expect(workspaces.map(({ asked }) => asked)).toEqual([['lock by administrator'], [], []]);
    expect(workspaces[0].isHeld).toBe(true);
  });

  it('stops everything of a person, and is done when it is gone', async () => {
    const { workspaces, perform } = scene();
    await perform('stop', { userId: ada });
    expect(workspaces.map(({ asked }) => asked)).toEqual([['stop'], [], ['stop']]);
    expect(workspaces.some(({ hasGuest }) => hasGuest)).toBe(false);
  });

  it('stops before it resets', async () => {
    const { workspaces, perform } = scene();
    await perform('reset', { workspaceId: desk, userId: ada });
    expect(workspaces[0].asked).toEqual(['stop', 'reset without guest']);
  });

  it('cannot reset what is not here', async () => {
    const { perform } = scene();
    await expect(
      perform('reset', { workspaceId: randomUUID() as string as WorkspaceId }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('passes on what concerns the device itself', async () => {
    const { calls, perform } = scene();
    await perform('rotate-keys');
    await perform('wipe');
    expect(calls).toEqual(['rotate', 'wipe']);
  });

  it('lets go when the agent ends', async () => {
    const { perform } = scene();
    const ending = new AbortController();
    const stopped = perform('stop', {}, ending.signal);
    ending.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });
});
