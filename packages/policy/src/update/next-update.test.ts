import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextUpdate,
  type UpdateFacts,
  type UpdateRules,
  type UpdateStanding,
  updateDeadlineMs,
} from './next-update.ts';

const minute = 60_000;
const hour = 60 * minute;
const suggest: UpdateRules = { mode: 'suggest', forceAfterMs: 72 * hour, countdownMs: minute };
const force: UpdateRules = { ...suggest, mode: 'force' };
const running: UpdateFacts = {
  trustedNowMs: 0,
  held: 'v1',
  granted: 'v2',
  isRunning: true,
  isAtHand: true,
  isAgreed: false,
};

/** Gives the standings of one moment after the other, with what was to be done. */
function play(
  moments: readonly (Partial<UpdateFacts> & { readonly rules?: UpdateRules })[],
  rules: UpdateRules,
) {
  let standing: UpdateStanding | null = null;
  return moments.map(({ rules: now = rules, ...facts }) => {
    const step = nextUpdate(standing, now, { ...running, ...facts });
    standing = step.standing;
    return { ...step, kind: step.effect?.kind ?? null };
  });
}
const at = (trustedNowMs: number, facts: Partial<UpdateFacts> = {}) => ({ ...facts, trustedNowMs });

describe('the update of a workspace', () => {
  it('is told once of each version, and suggested for ever', () => {
    const seen = play(
      [at(0), at(hour), at(2 * hour, { granted: 'v3' }), at(9999 * hour, { granted: 'v3' })],
      suggest,
    );
    expect(seen.map(({ effect }) => effect)).toEqual([
      { kind: 'offer', deadlineMs: null },
      null,
      { kind: 'offer', deadlineMs: null },
      null,
    ]);
    expect(seen.at(-1)?.standing).toMatchObject({ told: 'v3', sinceMs: 0, stopAtMs: null });
  });

  it('counts a guest down when its person agreed and had to wait until it was at hand', () => {
    const agreed = { isAgreed: true };
    const away = { ...agreed, isAtHand: false };
    const seen = play(
      [at(0, away), at(hour, away), at(2 * hour, agreed), at(2 * hour + minute, agreed)],
      suggest,
    );
    expect(seen.map(({ effect }) => effect)).toEqual([
      { kind: 'offer', deadlineMs: null },
      null,
      { kind: 'begin-countdown', why: 'agreed' },
      { kind: 'apply', why: 'agreed' },
    ]);
  });

  it('is warned of, counted down and applied once it is due', () => {
    const due = 72 * hour;
    const seen = play(
      [
        at(0),
        at(due - 30 * hour),
        at(due - 24 * hour),
        at(due - hour),
        at(due - minute),
        at(due),
        at(due + minute),
      ],
      force,
    );
    expect(seen.map(({ kind }) => kind)).toEqual([
      'offer',
      null,
      'warn',
      'warn',
      'warn',
      'begin-countdown',
      'apply',
    ]);
    expect(seen[5]?.effect).toEqual({ kind: 'begin-countdown', why: 'due' });
    expect(seen[6]?.effect).toEqual({ kind: 'apply', why: 'due' });
  });

  it('leaves a guest alone while the version is not at hand, and gives it the whole countdown then', () => {
    const due = 72 * hour;
    const away = { isAtHand: false };
    const seen = play([at(0), at(due, away), at(due + hour), at(due + hour + minute - 1)], force);
    expect(seen.map(({ kind }) => kind)).toEqual(['offer', null, 'begin-countdown', null]);
    expect(seen.at(-1)?.standing?.stopAtMs).toBe(due + hour + minute);
  });

  it('keeps its deadline when a newer version comes, and begins anew after the version was taken back', () => {
    const seen = play(
      [at(0), at(hour, { granted: 'v3' }), at(2 * hour, { granted: 'v1' }), at(3 * hour, { granted: 'v3' })],
      force,
    );
    const deadlines = seen.map(({ standing }) => standing && updateDeadlineMs(standing, force));
    expect(deadlines).toEqual([72 * hour, 72 * hour, null, 75 * hour]);
  });

  it('counts from when it became forced, and tells that', () => {
    const seen = play([at(0), at(100 * hour, {}), { ...at(101 * hour), rules: force }], suggest);
    expect(seen[2]?.effect).toEqual({ kind: 'offer', deadlineMs: 173 * hour });
  });

  it('forgets nothing while there is no lease', () => {
    const seen = play([at(0), at(hour, { granted: null }), at(2 * hour)], force);
    expect(seen[2]).toEqual({ standing: seen[0]?.standing, effect: null, kind: null });
  });

  it('asks nothing of a workspace that never ran, or runs what is granted', () => {
    expect(
      play([at(0, { held: null }), at(0, { held: 'v2' })], force).map(({ standing }) => standing),
    ).toEqual([null, null]);
  });
});

const version = fc.constantFrom('v1', 'v2', 'v3');
const moment = fc.record({
  /** Trusted time goes on; a contact with a server whose clock was wrong may set it either way. */
  passedMs: fc.oneof(
    fc.integer({ min: 0, max: 80 * hour }),
    fc.integer({ min: -400 * hour, max: 400 * hour }),
  ),
  mode: fc.constantFrom('suggest', 'force'),
  held: fc.oneof({ weight: 9, arbitrary: fc.constant('v1') }, { weight: 1, arbitrary: version }),
  granted: fc.oneof(version, fc.constant(null)),
  isRunning: fc.boolean(),
  isAtHand: fc.boolean(),
  isAgreed: fc.boolean(),
});

describe('whatever happens', () => {
  it('never stops a guest that does not run, for a version that is not at hand, or unasked and undue', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 30 }), (moments) => {
        let nowMs = 0;
        let standing: UpdateStanding | null = null;
        for (const { passedMs, mode, ...facts } of moments) {
          nowMs += passedMs;
          const before: UpdateStanding | null = standing;
          const rules: UpdateRules = { ...suggest, mode };
          const step = nextUpdate(before, rules, { ...facts, trustedNowMs: nowMs });
          standing = step.standing;
          if (step.effect?.kind !== 'apply') continue;
          expect(facts.isRunning && facts.isAtHand && facts.granted !== facts.held).toBe(true);
          expect(facts.isAgreed || mode === 'force').toBe(true);
          expect(before?.stopAtMs).not.toBeNull();
        }
      }),
    );
  });

  it('keeps no deadline and no countdown longer than its policy says from now', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 30 }), (moments) => {
        let nowMs = 0;
        let standing: UpdateStanding | null = null;
        for (const { passedMs, ...facts } of moments) {
          nowMs += passedMs;
          standing = nextUpdate(standing, force, { ...facts, trustedNowMs: nowMs }).standing;
          if (!standing || facts.granted === null) continue;
          expect(updateDeadlineMs(standing, force)).toBeLessThanOrEqual(nowMs + force.forceAfterMs);
          expect(standing.stopAtMs ?? -Infinity).toBeLessThanOrEqual(nowMs + force.countdownMs);
        }
      }),
    );
  });

  it('has applied a forced update after its time and countdown, however often it was looked at', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 * hour }), { minLength: 1, maxLength: 60 }),
        fc.array(version, { minLength: 60, maxLength: 60 }),
        (pauses, versions) => {
          let nowMs = 0;
          let standing: UpdateStanding | null = null;
          let firstLookAfterMs = Infinity;
          for (const [index, pauseMs] of [0, ...pauses].entries()) {
            nowMs += pauseMs;
            const granted = versions[index] === 'v1' ? 'v2' : (versions[index] ?? 'v2');
            const { effect, standing: after } = nextUpdate(standing, force, {
              ...running,
              granted,
              trustedNowMs: nowMs,
            });
            if (standing?.told !== granted) {
              standing = after;
              continue;
            }
            standing = after;
            if (nowMs < force.forceAfterMs) expect(effect?.kind).not.toBe('apply');
            else if (firstLookAfterMs === Infinity) firstLookAfterMs = nowMs;
            else if (nowMs >= firstLookAfterMs + force.countdownMs) expect(effect?.kind).toBe('apply');
          }
        },
      ),
    );
  });

  it('does nothing a second time, but what was not done yet', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 20 }), (moments) => {
        let nowMs = 0;
        let standing: UpdateStanding | null = null;
        for (const { passedMs, mode, ...facts } of moments) {
          nowMs += passedMs;
          const rules: UpdateRules = { ...suggest, mode };
          const now = { ...facts, trustedNowMs: nowMs };
          const first = nextUpdate(standing, rules, now);
          const second = nextUpdate(first.standing, rules, now);
          if (first.effect?.kind === 'apply') expect(second.effect).toEqual(first.effect);
          else if (first.effect?.kind !== 'offer')
            expect(second).toEqual({ standing: first.standing, effect: null });
          standing = second.standing;
        }
      }),
    );
  });
});
