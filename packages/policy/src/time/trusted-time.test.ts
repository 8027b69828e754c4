import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceTime, markContact } from './trusted-time.ts';

const start = { wallMs: 1_000_000, monotonicMs: 500, bootId: 'a' };
const mark = markContact(2_000_000, start);
const hour = 3_600_000;
const day = 24 * hour;

describe('trusted time', () => {
  it('follows the server at contact and the monotonic clock after it', () => {
    const { mark: later, stepMs } = advanceTime(mark, {
      wallMs: 1_000_000 + hour,
      monotonicMs: 500 + hour,
      bootId: 'a',
    });
    expect(later.trustedMs).toBe(2_000_000 + hour);
    expect(later.offlineMs).toBe(hour);
    expect(stepMs).toBe(0);
  });

  it('gains nothing from a clock set back, and reports the step', () => {
    const set = advanceTime(mark, {
      wallMs: 1_000_000 - 365 * day,
      monotonicMs: 500 + hour,
      bootId: 'a',
    });
    expect(set.mark.trustedMs).toBe(2_000_000 + hour);
    expect(set.mark.offlineMs).toBe(hour);
    expect(set.stepMs).toBe(-365 * day - hour);
  });

  it('does not believe a jump forward for expiry, but counts it against the offline limit', () => {
    const set = advanceTime(mark, { wallMs: 1_000_000 + 48 * hour, monotonicMs: 500 + hour, bootId: 'a' });
    expect(set.mark.trustedMs).toBe(2_000_000 + hour);
    expect(set.mark.offlineMs).toBe(48 * hour);
    expect(set.stepMs).toBe(47 * hour);
  });

  it('takes nothing back that the clock has shown once, until the next contact', () => {
    const ahead = advanceTime(mark, { wallMs: 1_000_000 + 48 * hour, monotonicMs: 500 + hour, bootId: 'a' });
    const reading = { wallMs: 1_000_000 + 2 * hour, monotonicMs: 500 + 2 * hour, bootId: 'a' };
    const { mark: back } = advanceTime(ahead.mark, reading);
    expect(back.offlineMs).toBe(48 * hour);
    expect(back.trustedMs).toBe(2_000_000 + 2 * hour);
    expect(markContact(2_000_000 + 2 * hour, reading).offlineMs).toBe(0);
  });

  it('counts the time the computer was off, and never backwards', () => {
    const off = advanceTime(mark, { wallMs: 1_000_000 + 9 * hour, monotonicMs: 10, bootId: 'b' });
    expect(off.mark.trustedMs).toBe(2_000_000 + 9 * hour);
    expect(off.stepMs).toBe(0);
    const turnedBack = advanceTime(mark, { wallMs: 0, monotonicMs: 10, bootId: 'b' });
    expect(turnedBack.mark.trustedMs).toBe(2_000_010);
    expect(turnedBack.stepMs).toBe(-1_000_010);
  });

  it('counts the time since the start of the computer, also with the clock set back', () => {
    const late = advanceTime(mark, { wallMs: 0, monotonicMs: 3 * day, bootId: 'b' });
    expect(late.mark.trustedMs).toBe(2_000_000 + 3 * day);
    expect(late.mark.offlineMs).toBe(3 * day);
  });

  it('goes back only by the word of the server, whose clock may have been wrong', () => {
    expect(markContact(1_500_000, start).trustedMs).toBe(1_500_000);
  });

  it('never goes back between contacts, whatever is done to the clocks', () => {
    const reading = fc.record({
      wallMs: fc.integer({ min: 0, max: 4e12 }),
      monotonicMs: fc.integer({ min: 0, max: 1e9 }),
      bootId: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), (readings) => {
        let current = mark;
        for (const next of readings) {
          const advanced = advanceTime(current, next).mark;
          expect(advanced.trustedMs).toBeGreaterThanOrEqual(current.trustedMs);
          expect(advanced.offlineMs).toBeGreaterThanOrEqual(current.offlineMs);
          current = advanced;
        }
      }),
    );
  });
});
