import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceTime, markContact, offlineMs } from './trusted-time.ts';

const start = { wallMs: 1_000_000, monotonicMs: 500, bootId: 'a' };
const mark = markContact(2_000_000, start);
const hour = 3_600_000;

describe('trusted time', () => {
  it('follows the server at contact and the monotonic clock after it', () => {
    const { mark: later } = advanceTime(mark, {
      wallMs: 1_000_000 + hour,
      monotonicMs: 500 + hour,
      bootId: 'a',
    });
    expect(later.trustedMs).toBe(2_000_000 + hour);
    expect(offlineMs(later)).toBe(hour);
  });

  it('gains nothing from a clock set back, and reports the step', () => {
    const set = advanceTime(mark, {
      wallMs: 1_000_000 - 365 * 24 * hour,
      monotonicMs: 500 + hour,
      bootId: 'a',
    });
    expect(set.mark.trustedMs).toBe(2_000_000 + hour);
    expect(offlineMs(set.mark)).toBe(hour);
    expect(set.stepMs).toBe(-366 * 24 * hour + 23 * hour);
  });

  it('does not believe a jump forward for expiry, but counts it against the offline limit', () => {
    const set = advanceTime(mark, { wallMs: 1_000_000 + 48 * hour, monotonicMs: 500 + hour, bootId: 'a' });
    expect(set.mark.trustedMs).toBe(2_000_000 + hour);
    expect(offlineMs(set.mark)).toBe(48 * hour);
  });

  it('counts the time the computer was off, and never backwards', () => {
    const off = advanceTime(mark, { wallMs: 1_000_000 + 9 * hour, monotonicMs: 10, bootId: 'b' });
    expect(off.mark.trustedMs).toBe(2_000_000 + 9 * hour);
    const turnedBack = advanceTime(mark, { wallMs: 0, monotonicMs: 10, bootId: 'b' });
    expect(turnedBack.mark.trustedMs).toBe(2_000_000);
  });

  it('does not let a server with a wrong clock turn trusted time back', () => {
    expect(markContact(1_500_000, start, mark).trustedMs).toBe(2_000_000);
  });

  it('never goes back, whatever is done to the clocks', () => {
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
          current = advanced;
        }
      }),
    );
  });
});
