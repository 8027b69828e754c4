import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseStart, type StartFacts } from './choose-start.ts';

const revertible: StartFacts = {
  persistence: 'revertible',
  isDue: false,
  isAtHand: true,
  isHeldHere: true,
  isAgreed: false,
  isKeepWanted: false,
};
const persistent: StartFacts = { ...revertible, persistence: 'persistent' };

describe('the version of a start', () => {
  it.each([
    ['the new one, of a revertible workspace', revertible, 'granted'],
    ['the old one, where its person puts it off', { ...revertible, isKeepWanted: true }, 'held'],
    ['none, where the old one is gone', { ...revertible, isKeepWanted: true, isHeldHere: false }, 'not-kept'],
    ['the old one, of a persistent workspace', persistent, 'held'],
    ['the new one, once its person agreed', { ...persistent, isAgreed: true }, 'granted'],
    ['the new one, once it is due', { ...persistent, isDue: true }, 'granted'],
    ['none, where it is due and put off', { ...persistent, isDue: true, isKeepWanted: true }, 'due'],
    ['the old one, where the new one cannot be had', { ...persistent, isDue: true, isAtHand: false }, 'held'],
  ] as const)('is %s', (_title, facts, expected) => {
    expect(chooseStart(facts)).toBe(expected);
  });

  it('is never the old one when the new one is due and at hand, and never the new one when it is not', () => {
    const facts = fc.record({
      persistence: fc.constantFrom('persistent', 'revertible'),
      isDue: fc.boolean(),
      isAtHand: fc.boolean(),
      isHeldHere: fc.boolean(),
      isAgreed: fc.boolean(),
      isKeepWanted: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const choice = chooseStart(given);
        if (!given.isAtHand) expect(choice).toBe('held');
        else if (given.isDue) expect(choice).not.toBe('held');
        if (given.persistence === 'persistent' && choice === 'granted') {
          expect(given.isAgreed || given.isDue).toBe(true);
        }
      }),
    );
  });
});
