import { describe, expect, it } from 'vitest';
import { type OutcomeFacts, outcomeOf } from './operation-outcome.ts';
import { type ActualWorkspace, type DesiredWorkspace, isAtRest, planSteps } from './plan-steps.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

const wanted = {
  guest: 'stopped',
  isForced: false,
  isImageWanted: true,
  isResetWanted: false,
  isRestartWanted: false,
} as const;

function facts(change: Partial<OutcomeFacts>, record: object = {}): OutcomeFacts {
  return {
    record: { wanted, lock: null, failure: null, guest: null, ...record } as unknown as WorkspaceRecord,
    hasGuest: false,
    isHeld: false,
    isAtRest: true,
    isImageComplete: false,
    fetchError: undefined,
    ...change,
  };
}
const stateOf = (...given: Parameters<typeof outcomeOf>): string => outcomeOf(...given).state;

describe('a workspace at rest', () => {
  const desired: DesiredWorkspace = {
    guest: 'stopped',
    stopManner: 'shut-down',
    image: 'v1',
    next: 'v1',
    moveTo: undefined,
    isImageWanted: true,
    persistence: 'revertible',
    isResetWanted: false,
    isLocked: false,
    isDeleted: false,
    keepVersions: 1,
    isPreviousOver: false,
  };
  const stopped: ActualWorkspace = {
    guest: 'none',
    isHeld: false,
    overlay: { image: 'v1', isUsed: false },
    previous: undefined,
    bases: [{ image: 'v1', version: 1, isComplete: false, isDamaged: false }],
    served: undefined,
    stream: 'none',
  };

  it('is one whose guest is gone, although its image is still to be fetched', () => {
    const steps = planSteps(desired, stopped);
    expect(steps.map(({ kind }) => kind)).toEqual(['serve-image', 'stream-in-storage-daemon']);
    expect(isAtRest(steps)).toBe(true);
  });

  it.each([
    ['runs', desired, { ...stopped, guest: 'running' as const }],
    ['is still as its guest left it', desired, { ...stopped, overlay: { image: 'v1', isUsed: true } }],
    ['is to start', { ...desired, guest: 'running' as const }, stopped],
  ])('is not one that %s', (_what, wish, actual) => {
    expect(isAtRest(planSteps(wish, actual))).toBe(false);
  });
});

describe('how an action stands', () => {
  it('a stop is done when the guest is gone, also while its image cannot be fetched', () => {
    expect(stateOf('stop', facts({ hasGuest: true, isAtRest: false }))).toBe('running');
    expect(stateOf('stop', facts({ isAtRest: false }))).toBe('running');
    expect(stateOf('stop', facts({ isImageComplete: false }))).toBe('succeeded');
    const running = { wanted: { ...wanted, guest: 'running' } };
    expect(outcomeOf('stop', facts({}, running))).toMatchObject({ error: { code: 'CANCELLED' } });
  });

  it('a lock is done when the guest stands still, an unlock when it goes on', () => {
    const locked = { lock: { reason: 'person', atMs: 1 } };
    expect(stateOf('lock', facts({ hasGuest: true }, locked))).toBe('running');
    expect(stateOf('lock', facts({ hasGuest: true, isHeld: true }, locked))).toBe('succeeded');
    expect(stateOf('unlock', facts({ hasGuest: true, isHeld: true }, locked))).toBe('running');
    expect(stateOf('unlock', facts({ hasGuest: true, isHeld: true }))).toBe('running');
    expect(stateOf('unlock', facts({ hasGuest: true }))).toBe('succeeded');
  });

  it('a restart is done when the new guest is up', () => {
    const restarting = { wanted: { ...wanted, isRestartWanted: true } };
    expect(stateOf('restart', facts({ hasGuest: true }, restarting))).toBe('running');
    const starting = { wanted: { ...wanted, guest: 'running' }, guest: { isUp: false } };
    expect(stateOf('restart', facts({ hasGuest: true }, starting))).toBe('running');
    const up = { wanted: { ...wanted, guest: 'running' }, guest: { isUp: true } };
    expect(stateOf('restart', facts({ hasGuest: true }, up))).toBe('succeeded');
  });
});
