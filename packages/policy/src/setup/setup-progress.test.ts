import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetupStep } from './plan-setup.ts';
import {
  advanceSetup,
  nextSetupNeed,
  noSetupProgress,
  type SetupEvent,
  type SetupProgress,
} from './setup-progress.ts';

const makeStep = (key: string, more: Partial<SetupStep> = {}): SetupStep => ({
  key,
  task: { kind: 'disable-auto-logon' },
  timeoutSeconds: 60,
  attempts: 1,
  restarts: false,
  isRepeatable: true,
  shown: { progress: '', failure: '' },
  ...more,
});

const after = (steps: readonly SetupStep[], ...kinds: SetupEvent['kind'][]): SetupProgress =>
  kinds.reduce<SetupProgress>((progress, kind) => advanceSetup(steps, progress, { kind }), noSetupProgress);
const needAfter = (steps: readonly SetupStep[], ...kinds: SetupEvent['kind'][]) => {
  const need = nextSetupNeed(steps, after(steps, ...kinds));
  return 'step' in need ? `${need.kind} ${need.step.key}` : need.kind;
};

describe('the set-up of a guest', () => {
  const [rename, restart, join] = [
    makeStep('rename'),
    makeStep('restart', { restarts: true, attempts: 2 }),
    makeStep('join', { attempts: 2 }),
  ];
  const steps = [rename, restart, join];

  it('does one step after the other, and is finished after the last', () => {
    expect(needAfter(steps)).toBe('attempt rename');
    expect(needAfter(steps, 'begun')).toBe('outcome rename');
    expect(needAfter(steps, 'begun', 'succeeded')).toBe('attempt restart');
    expect(needAfter(steps, 'begun', 'succeeded', 'begun', 'succeeded')).toBe('answer restart');
    const toJoin = ['begun', 'succeeded', 'begun', 'succeeded', 'answered'] as const;
    expect(needAfter(steps, ...toJoin)).toBe('attempt join');
    const finished = after(steps, ...toJoin, 'begun', 'succeeded');
    expect(finished).toMatchObject({ isFinished: true, done: ['rename', 'restart', 'join'] });
  });

  it('tries again as often as the step says, then asks a person', () => {
    expect(needAfter([join], 'begun', 'failed')).toBe('attempt join');
    expect(nextSetupNeed([join], after([join], 'begun', 'failed'))).toMatchObject({ attempt: 2 });
    const failed = after([join], 'begun', 'failed', 'begun', 'timed-out');
    expect(nextSetupNeed([join], failed)).toMatchObject({ kind: 'person', reason: 'timed-out' });
    expect(needAfter([join], 'begun', 'failed', 'begun', 'failed', 'retried')).toBe('attempt join');
  });

  it('waits for the guest when it was interrupted while restarting', () => {
    expect(needAfter([restart], 'begun', 'interrupted')).toBe('answer restart');
    expect(needAfter([restart], 'begun', 'interrupted', 'timed-out')).toBe('attempt restart');
  });

  it('begins a repeatable step again when it was interrupted', () => {
    expect(needAfter([join], 'begun', 'interrupted')).toBe('attempt join');
  });

  it('does not begin a command that runs once again when it may have run, until a person says so', () => {
    const once = makeStep('install', { isRepeatable: false, attempts: 5 });
    expect(needAfter([once], 'begun', 'interrupted')).toBe('person install');
    expect(needAfter([once], 'begun', 'interrupted', 'retried')).toBe('attempt install');
    expect(needAfter([once], 'begun', 'failed')).toBe('attempt install');
  });

  it('never begins a command that runs once again when it has, also when the guest did not come back', () => {
    const once = makeStep('install', { isRepeatable: false, restarts: true, attempts: 5 });
    expect(needAfter([once], 'begun', 'succeeded', 'timed-out')).toBe('person install');
    expect(needAfter([once], 'begun', 'succeeded', 'timed-out', 'retried')).toBe('answer install');
    expect(needAfter([once], 'begun', 'succeeded', 'timed-out', 'retried', 'answered')).toBe('nothing');
  });

  it('goes on with what is not done when actions were moved, and runs none that came after the end', () => {
    const progress = after(steps, 'begun', 'succeeded');
    expect(nextSetupNeed([join, rename, restart], progress)).toMatchObject({ step: { key: 'join' } });
    const finished = after([rename], 'begun', 'succeeded');
    expect(nextSetupNeed([rename, join], finished)).toEqual({ kind: 'nothing' });
  });

  it('has nothing to do without steps', () => {
    expect(nextSetupNeed([], noSetupProgress)).toEqual({ kind: 'nothing' });
  });
});

const anyStep = fc.record({
  attempts: fc.integer({ min: 1, max: 3 }),
  restarts: fc.boolean(),
  isRepeatable: fc.boolean(),
});
const anySteps = fc
  .array(anyStep, { maxLength: 4 })
  .map((all) => all.map((more, at) => makeStep(`step-${at}`, more)));
const kinds = ['begun', 'succeeded', 'failed', 'timed-out', 'interrupted', 'answered', 'retried'] as const;
const anyKinds = fc.array(fc.constantFrom(...kinds), { maxLength: 60 });

describe('for any course of events', () => {
  it('steps are done in their order, each once, and nothing that is done becomes undone', () => {
    fc.assert(
      fc.property(anySteps, anyKinds, (steps, events) => {
        let progress = noSetupProgress;
        for (const kind of events) {
          const next = advanceSetup(steps, progress, { kind });
          expect(next.done.slice(0, progress.done.length)).toEqual(progress.done);
          progress = next;
        }
        expect(progress.done).toEqual(steps.map(({ key }) => key).slice(0, progress.done.length));
      }),
    );
  });

  it('a command that runs once never begins after it succeeded', () => {
    fc.assert(
      fc.property(anySteps, anyKinds, (steps, events) => {
        let progress = noSetupProgress;
        const succeeded = new Set<string>();
        for (const kind of events) {
          const need = nextSetupNeed(steps, progress);
          if (need.kind === 'outcome' && kind === 'succeeded') succeeded.add(need.step.key);
          if (need.kind === 'attempt' && !need.step.isRepeatable)
            expect(succeeded).not.toContain(need.step.key);
          progress = advanceSetup(steps, progress, { kind });
        }
      }),
    );
  });

  it('no step is attempted more often than it says, unless a person asks', () => {
    fc.assert(
      fc.property(anySteps, anyKinds, (steps, events) => {
        let progress = noSetupProgress;
        for (const kind of events) {
          const need = nextSetupNeed(steps, progress);
          if (need.kind === 'attempt') expect(need.attempt).toBeLessThanOrEqual(need.step.attempts);
          progress = advanceSetup(steps, progress, { kind });
        }
      }),
    );
  });

  it('the end is reached when everything succeeds from then on', () => {
    fc.assert(
      fc.property(anySteps, anyKinds, (steps, events) => {
        let progress = after(steps, ...events);
        const answers = {
          attempt: 'begun',
          outcome: 'succeeded',
          answer: 'answered',
          person: 'retried',
        } as const;
        for (let round = 0; round < 40; round += 1) {
          const need = nextSetupNeed(steps, progress);
          if (need.kind === 'nothing') break;
          progress = advanceSetup(steps, progress, { kind: answers[need.kind] });
        }
        expect(progress.done).toEqual(steps.map(({ key }) => key));
        expect(progress.isFinished).toBe(steps.length > 0);
      }),
    );
  });
});
