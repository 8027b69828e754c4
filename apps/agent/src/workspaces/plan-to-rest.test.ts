import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ActualWorkspace, type DesiredWorkspace, planSteps, type Step } from './plan-steps.ts';
import { base, nothing } from './testing/planned-workspace.ts';

it('comes to rest, with what was desired, from every state when each step succeeds', () => {
  fc.assert(
    fc.property(desiredArbitrary, actualArbitrary, (wanted, initial) => {
      let wish = wanted;
      let actual = initial;
      for (let count = 0; count < 25; count += 1) {
        const [step] = planSteps(wish, actual);
        if (!step) break;
        actual = apply(step, wish, actual);
        if (step.kind === 'discard-overlay') wish = { ...wish, isResetWanted: false };
        if (step.kind === 'replace-overlay') wish = { ...wish, moveTo: undefined };
      }
      expect(wish.isResetWanted).toBe(false);
      expect(planSteps(wish, actual)).toEqual([]);
      if (wish.image !== undefined) {
        expect(actual.guest === 'running').toBe(wish.guest === 'running');
        expect(actual.isHeld).toBe(wish.guest === 'running' && wish.isLocked);
      }
    }),
  );
});

const image = fc.constantFrom('v1', 'v2');
const desiredArbitrary: fc.Arbitrary<DesiredWorkspace> = fc
  .record({
    guest: fc.constantFrom('running' as const, 'stopped' as const),
    stopManner: fc.constantFrom('save' as const, 'shut-down' as const, 'power-off' as const),
    image,
    isOnline: fc.boolean(),
    moveTo: fc.option(image, { nil: undefined }),
    isImageWanted: fc.boolean(),
    persistence: fc.constantFrom('persistent' as const, 'revertible' as const),
    isResetWanted: fc.boolean(),
    isLocked: fc.boolean(),
    isDeleted: fc.constant(false),
    keepVersions: fc.integer({ min: 0, max: 2 }),
    isPreviousOver: fc.boolean(),
  })
  .map(({ isOnline, ...wish }) => ({ ...wish, next: isOnline ? wish.image : undefined }));
const actualArbitrary: fc.Arbitrary<ActualWorkspace> = fc
  .record({
    guest: fc.constantFrom('none' as const, 'running' as const, 'saved' as const),
    on: image,
    isUsed: fc.boolean(),
    isComplete: fc.boolean(),
    isOtherComplete: fc.boolean(),
    isServed: fc.boolean(),
    isStreamed: fc.boolean(),
    isHeld: fc.boolean(),
    previous: fc.option(image, { nil: undefined }),
  })
  .map(({ guest, on, isUsed, isComplete, isOtherComplete, isServed, isStreamed, isHeld, previous }) => {
    const hasOverlay = guest !== 'none' || isUsed;
    const streamer = guest === 'running' ? ('guest' as const) : ('storage-daemon' as const);
    return {
      guest,
      isHeld: isHeld && guest === 'running',
      overlay: hasOverlay ? { image: on, isUsed: isUsed || guest !== 'none' } : undefined,
      previous,
      bases: [base(on, isComplete), base(on === 'v1' ? 'v2' : 'v1', isOtherComplete)],
      served: isServed ? on : undefined,
      stream: isServed && isStreamed && !isComplete ? streamer : 'none',
    };
  });

/** The world a step leaves behind when it succeeds; a stream that was begun ends. */
function apply(step: Step, wish: DesiredWorkspace, actual: ActualWorkspace): ActualWorkspace {
  switch (step.kind) {
    case 'stop-guest':
      return { ...actual, guest: step.manner === 'save' ? 'saved' : 'none', isHeld: false, stream: 'none' };
    case 'hold-guest':
    case 'let-guest-go-on':
      return { ...actual, isHeld: step.kind === 'hold-guest' };
    case 'delete-workspace':
      return nothing;
    case 'stop-storage-daemon':
      return { ...actual, stream: 'none' };
    case 'discard-overlay':
      expect(actual.guest).not.toBe('running');
      return { ...actual, overlay: undefined, guest: 'none' };
    case 'replace-overlay': {
      expect(actual.guest).not.toBe('running');
      expect(wish.persistence).toBe('persistent');
      expect(wish.moveTo).toBe(step.image);
      const isBack = actual.previous === step.image;
      return {
        ...actual,
        guest: 'none',
        overlay: isBack ? { image: step.image, isUsed: true } : undefined,
        previous: actual.overlay?.image,
      };
    }
    case 'discard-previous':
      return { ...actual, previous: undefined };
    case 'serve-image':
      return { ...actual, served: step.image };
    case 'close-image':
      return { ...actual, served: undefined };
    case 'prepare-disks': {
      const isHeld = actual.bases.some((held) => held.image === step.image);
      return {
        ...actual,
        bases: isHeld ? actual.bases : [...actual.bases, base(step.image, false)],
        overlay: actual.overlay ?? { image: step.image, isUsed: false },
      };
    }
    case 'start-guest': {
      const held = actual.bases.find((candidate) => candidate.image === step.image);
      expect(held?.isComplete === true || actual.served === step.image).toBe(true);
      expect(actual.stream).toBe('none');
      expect(actual.overlay?.image).toBe(step.image);
      return { ...actual, guest: 'running', overlay: { image: step.image, isUsed: true } };
    }
    case 'stream-in-guest':
    case 'stream-in-storage-daemon':
      expect(actual.served).toBe(step.image);
      if (step.kind === 'stream-in-guest') expect(actual.guest).toBe('running');
      else if (actual.guest === 'running') expect(actual.overlay?.image).not.toBe(step.image);
      return {
        ...actual,
        bases: actual.bases.map((held) => (held.image === step.image ? { ...held, isComplete: true } : held)),
      };
    case 'remove-base':
      expect(actual.overlay?.image).not.toBe(step.image);
      expect(actual.previous).not.toBe(step.image);
      expect(wish.image).not.toBe(step.image);
      return { ...actual, bases: actual.bases.filter((held) => held.image !== step.image) };
  }
}
