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
});
