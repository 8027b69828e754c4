import { fail } from '@carrel/contract';
import { describe, expect, it } from 'vitest';
import { UpdateLook, type UpdateLookParts } from './update-look.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

interface Scene {
  readonly look: UpdateLook;
  readonly done: string[];
}

/** A workspace whose guest is to be restarted for an update. */
function scene(why: 'agreed' | 'due', restart: () => Promise<void>): Scene {
  const done: string[] = [];
  const record = { previous: null, wanted: { moveTo: { image: 'sha256:1', why } } };
  const state = {
    record,
    update: ({ failure }: Partial<WorkspaceRecord>) => void done.push(`failure ${failure?.code ?? 'none'}`),
    want: ({ moveTo }: Partial<WorkspaceRecord['wanted']>) => void done.push(moveTo ? 'moves on' : 'stays'),
  };
  const look = new UpdateLook({
    state: state as unknown as UpdateLookParts['state'],
    trustedNowMs: () => 0,
    updates: { look: () => true },
    poke: () => void done.push('poke'),
    restart: () => {
      done.push('restart');
      return restart();
    },
    stop: () => void done.push('stop'),
  });
  return { look, done };
}

describe('a look at an update that is to be taken now', () => {
  it('restarts the guest once, however many look meanwhile', async () => {
    const asked = Promise.withResolvers<undefined>();
    const { look, done } = scene('due', async () => {
      await asked.promise;
    });
    const looks = [look.look(), look.look(), look.look()];
    asked.resolve(undefined);
    await Promise.all(looks);
    expect(done).toEqual(['restart']);
    await look.look();
    expect(done).toEqual(['restart', 'restart']);
  });

  it('ends a guest for which it is due and that may not start again, and leaves alone one that only agreed', async () => {
    const refused = (): Promise<void> => Promise.reject(fail('LEASE_MISSING', { workspace: 'Desk' }));
    const due = scene('due', refused);
    await due.look.look();
    expect(due.done).toEqual(['restart', 'failure LEASE_MISSING', 'stop']);
    const agreed = scene('agreed', refused);
    await agreed.look.look();
    expect(agreed.done).toEqual(['restart', 'stays']);
  });

  it('does not hide what nobody expected, and looks again', async () => {
    const { look, done } = scene('due', () => Promise.reject(new TypeError('a mistake')));
    await expect(look.look()).rejects.toThrow(TypeError);
    await expect(look.look()).rejects.toThrow(TypeError);
    expect(done).toEqual(['restart', 'restart']);
  });
});
