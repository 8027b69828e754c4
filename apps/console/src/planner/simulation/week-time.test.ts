import { expect, test } from 'vitest';
import { dayHours, formatWeekTime, secondsOfWeek, weekDays } from './week-time.ts';

test('every hour of the week is written as it was chosen', () => {
  for (const day of weekDays) {
    for (const hour of dayHours) {
      const seconds = secondsOfWeek({ day: day.value, hour: hour.value });
      expect(formatWeekTime(seconds)).toBe(`${day.label} ${hour.label}`);
    }
  }
});

test('a week begins on Monday at midnight', () => {
  expect(formatWeekTime(0)).toBe('Monday 00:00');
  expect(secondsOfWeek({ day: '1', hour: '9' })).toBe(33 * 3600);
});
