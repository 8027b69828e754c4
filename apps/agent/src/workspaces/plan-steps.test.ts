import { describe, expect, it } from 'vitest';
import { type ActualWorkspace, type DesiredWorkspace, planSteps, type Step } from './plan-steps.ts';
import { base, desired, nothing } from './testing/planned-workspace.ts';

const kinds = (steps: Step[]): string[] => steps.map((step) => step.kind);

describe('planSteps', () => {
  it('ends everything at once before it deletes, and deletes last', () => {
    const running: ActualWorkspace = {
      ...nothing,
      guest: 'running',
      overlay: { image: 'v2', isUsed: true },
      bases: [base('v2', false)],
      served: 'v2',
    };
    expect(planSteps({ ...desired, guest: 'running', isDeleted: true }, running)).toEqual([
      { kind: 'stop-guest', manner: 'power-off' },
      { kind: 'close-image' },
      { kind: 'delete-workspace' },
    ]);
    const fetching: ActualWorkspace = { ...running, guest: 'saved', stream: 'storage-daemon' };
    expect(kinds(planSteps({ ...desired, isDeleted: true }, fetching))).toEqual([
      'stop-storage-daemon',
      'close-image',
      'delete-workspace',
    ]);
  });

  it('fetches while it starts what is not here yet', () => {
    expect(kinds(planSteps({ ...desired, guest: 'running' }, nothing))).toEqual([
      'serve-image',
      'prepare-disks',
      'start-guest',
    ]);
  });

  it('starts a complete image without any source', () => {
    const actual = { ...nothing, bases: [base('v2', true)] };
    expect(kinds(planSteps({ ...desired, guest: 'running' }, actual))).toEqual([
      'prepare-disks',
      'start-guest',
    ]);
  });

  it('fetches a new version beside a guest once the one it runs is here', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      guest: 'running',
      overlay: { image: 'v1', isUsed: true },
      bases: [base('v1', true)],
    };
    const wish: DesiredWorkspace = { ...desired, guest: 'running', isImageWanted: true };
    const fetch = ['serve-image', 'prepare-disks', 'stream-in-storage-daemon'];
    expect(kinds(planSteps(wish, actual))).toEqual(fetch);
    expect(kinds(planSteps(wish, { ...actual, served: 'v1' }))).toEqual(['close-image', ...fetch]);
    expect(kinds(planSteps({ ...wish, persistence: 'persistent' }, actual))).toEqual(fetch);
    expect(kinds(planSteps({ ...wish, next: undefined }, actual))).toEqual([]);
    expect(kinds(planSteps(wish, { ...actual, guest: 'starting' }))).toEqual([]);
    const partly = { ...actual, bases: [base('v1', false)], served: 'v1' };
    expect(kinds(planSteps(wish, partly))).toEqual(['stream-in-guest']);
    const here = { ...actual, bases: [base('v1', true), base('v2', true)], served: 'v2' };
    expect(kinds(planSteps(wish, here))).toEqual(['close-image']);
  });

  it('takes the image over from the storage daemon when the guest starts', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      bases: [base('v2', false)],
      served: 'v2',
      stream: 'storage-daemon',
    };
    expect(kinds(planSteps({ ...desired, guest: 'running', isImageWanted: true }, actual))).toEqual([
      'stop-storage-daemon',
      'prepare-disks',
      'start-guest',
    ]);
  });

  it('goes on serving and streaming after a restart of the agent, and leaves the guest alone', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      guest: 'running',
      overlay: { image: 'v1', isUsed: true },
      bases: [base('v1', false)],
    };
    expect(kinds(planSteps({ ...desired, guest: 'running' }, actual))).toEqual([
      'serve-image',
      'stream-in-guest',
    ]);
  });

  it('leaves the line to a guest that starts', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      guest: 'starting',
      overlay: { image: 'v2', isUsed: true },
      bases: [base('v2', false)],
      served: 'v2',
    };
    const wanted: DesiredWorkspace = { ...desired, guest: 'running' };
    expect(planSteps(wanted, actual)).toEqual([]);
    expect(kinds(planSteps(wanted, { ...actual, guest: 'running' }))).toEqual(['stream-in-guest']);
    expect(kinds(planSteps(wanted, { ...actual, served: undefined }))).toEqual(['serve-image']);
  });

  it('stops serving once the local disk stands alone', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      guest: 'running',
      overlay: { image: 'v2', isUsed: true },
      bases: [base('v2', true)],
      served: 'v2',
    };
    expect(kinds(planSteps({ ...desired, guest: 'running' }, actual))).toEqual(['close-image']);
  });

  it('returns a revertible workspace to its image at every stop', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      guest: 'running',
      overlay: { image: 'v2', isUsed: true },
      bases: [base('v2', true)],
    };
    expect(planSteps(desired, actual)).toEqual([
      { kind: 'stop-guest', manner: 'shut-down' },
      { kind: 'discard-overlay', isReset: false },
    ]);
  });

  it('keeps what a persistent workspace holds, on the image it was made on, until it is reset', () => {
    const actual: ActualWorkspace = {
      ...nothing,
      guest: 'saved',
      overlay: { image: 'v1', isUsed: true },
      bases: [base('v1', true)],
    };
    const persistent: DesiredWorkspace = { ...desired, persistence: 'persistent' };
    expect(planSteps({ ...persistent, guest: 'running' }, actual)).toEqual([
      { kind: 'start-guest', image: 'v1' },
    ]);
    expect(planSteps(persistent, actual)).toEqual([]);
    expect(kinds(planSteps({ ...persistent, isResetWanted: true }, actual))).toEqual(['discard-overlay']);
  });

  it('ends a reset also where there is nothing to discard', () => {
    expect(planSteps({ ...desired, isResetWanted: true }, nothing)).toEqual([
      { kind: 'discard-overlay', isReset: true },
    ]);
  });

  it('removes a damaged image when it is reset, and only then', () => {
    const bases = [{ ...base('v1', true), isDamaged: true }];
    const actual: ActualWorkspace = { ...nothing, overlay: { image: 'v1', isUsed: false }, bases };
    expect(planSteps({ ...desired, image: 'v1' }, actual)).toEqual([]);
    expect(planSteps({ ...desired, image: 'v1', isResetWanted: true }, actual)).toEqual([
      { kind: 'remove-base', image: 'v1' },
      { kind: 'discard-overlay', isReset: true },
    ]);
  });

  it('applies a new version at the next start only', () => {
    const running: ActualWorkspace = {
      ...nothing,
      guest: 'running',
      overlay: { image: 'v1', isUsed: true },
      bases: [base('v1', true)],
    };
    expect(planSteps({ ...desired, guest: 'running' }, running)).toEqual([]);
    expect(kinds(planSteps({ ...desired, guest: 'running' }, { ...running, guest: 'none' }))).toEqual([
      'discard-overlay',
      'serve-image',
      'prepare-disks',
      'start-guest',
    ]);
  });

  describe('the disk of a persistent workspace', () => {
    const wish: DesiredWorkspace = { ...desired, persistence: 'persistent' };
    const held: ActualWorkspace = {
      ...nothing,
      overlay: { image: 'v1', isUsed: true },
      bases: [base('v1', true), base('v2', true)],
    };
    const partly = { ...held, bases: [base('v1', true)] };

    it('stays what it is, whatever the lease names', () => {
      expect(planSteps({ ...wish, guest: 'running' }, held)).toEqual([{ kind: 'start-guest', image: 'v1' }]);
      expect(kinds(planSteps({ ...wish, isImageWanted: true }, partly))).toEqual([
        'serve-image',
        'prepare-disks',
        'stream-in-storage-daemon',
      ]);
    });

    it('is put aside when it is to be moved and the new version can run', () => {
      const moving = { ...wish, moveTo: 'v2' };
      expect(planSteps(moving, held)).toEqual([{ kind: 'replace-overlay', image: 'v2' }]);
      expect(kinds(planSteps({ ...moving, guest: 'running' }, held))).toEqual([
        'replace-overlay',
        'prepare-disks',
        'start-guest',
      ]);
      expect(kinds(planSteps(moving, partly))).toEqual([]);
      // What cannot be served leaves the disk where it is.
      expect(kinds(planSteps({ ...moving, guest: 'running' }, partly))).toEqual([
        'serve-image',
        'replace-overlay',
        'prepare-disks',
        'start-guest',
      ]);
      const offline = { ...moving, guest: 'running', image: 'v1', next: undefined } as const;
      expect(planSteps(offline, partly)).toEqual([{ kind: 'start-guest', image: 'v1' }]);
    });

    it('is never put aside under a guest, which is shut down first', () => {
      const running: ActualWorkspace = { ...held, guest: 'running' };
      expect(planSteps({ ...wish, guest: 'running', moveTo: 'v2' }, running)).toEqual([]);
      expect(kinds(planSteps({ ...wish, moveTo: 'v2' }, running))).toEqual(['stop-guest', 'replace-overlay']);
    });

    it('comes back as it was, and its image stays as long as it is kept', () => {
      const updated: ActualWorkspace = {
        ...held,
        overlay: { image: 'v2', isUsed: true },
        previous: 'v1',
      };
      const none = { ...wish, keepVersions: 0 };
      expect(planSteps(none, updated)).toEqual([]);
      expect(planSteps({ ...none, moveTo: 'v1' }, updated)).toEqual([
        { kind: 'replace-overlay', image: 'v1' },
      ]);
      expect(kinds(planSteps({ ...none, moveTo: 'v1', guest: 'running' }, updated))).toEqual([
        'replace-overlay',
        'start-guest',
      ]);
      expect(planSteps({ ...none, isPreviousOver: true }, updated)).toEqual([
        { kind: 'discard-previous' },
        { kind: 'remove-base', image: 'v1' },
      ]);
    });
  });

  it('removes old versions beyond those to keep, never before the new one is whole', () => {
    const bases = [base('v1', true), base('v2', true), base('v3', true), base('v4', true), base('v5', false)];
    const image = { ...desired, image: 'v5', next: 'v5', keepVersions: 2 };
    expect(planSteps(image, { ...nothing, bases })).toEqual([]);
    const whole = [...bases.slice(0, 4), base('v5', true)];
    expect(planSteps(image, { ...nothing, bases: whole })).toEqual([
      { kind: 'remove-base', image: 'v2' },
      { kind: 'remove-base', image: 'v1' },
    ]);
  });
});
