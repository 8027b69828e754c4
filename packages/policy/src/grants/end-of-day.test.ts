import { describe, expect, it } from 'vitest';
import { endOfDaySeconds } from './end-of-day.ts';

describe('the end of a day', () => {
  it.each([
    ['UTC', '2026-11-21', '2026-11-22T00:00:00Z'],
    ['America/New_York', '2026-11-21', '2026-11-22T05:00:00Z'],
    ['Asia/Kathmandu', '2026-11-21', '2026-11-21T18:15:00Z'],
  ])('is midnight in %s', (timeZone, date, expected) => {
    expect(endOfDaySeconds(date, timeZone)).toBe(Date.parse(expected) / 1000);
  });

  it('is right on the days the clock changes', () => {
    expect(endOfDaySeconds('2026-03-29', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T22:00:00Z') / 1000);
    expect(endOfDaySeconds('2026-10-25', 'Europe/Berlin')).toBe(Date.parse('2026-10-25T23:00:00Z') / 1000);
  });

  it('is the first moment of the next day also where that is not midnight, or midnight comes twice', () => {
    // At 00:00 clocks go to 01:00 in Cairo, and to 23:00 of the day before in Beirut.
    expect(endOfDaySeconds('2026-04-23', 'Africa/Cairo')).toBe(Date.parse('2026-04-23T22:00:00Z') / 1000);
    expect(endOfDaySeconds('2026-10-24', 'Asia/Beirut')).toBe(Date.parse('2026-10-24T22:00:00Z') / 1000);
  });
});
