import { expect, test } from 'vitest';
import { offlineHoursOf, offlineLimitOf, offlineSentence } from './offline-limit.ts';

test('offline limits read as people count them', () => {
  expect(offlineSentence(0)).toBe('not allowed');
  expect(offlineSentence(12)).toBe('up to 12 h');
  expect(offlineSentence(168)).toBe('up to 7 d');
  expect(offlineSentence(null)).toBe('without limit');
});

test.each([null, 0, 12, 24, 168, 36])('%s hours survive the way through the form', (hours) => {
  expect(offlineHoursOf(offlineLimitOf(hours))).toBe(hours);
});

test('whole days are days, and a limit of no hours is no limit to enter', () => {
  expect(offlineLimitOf(48)).toEqual({ kind: 'days', amount: 2 });
  expect(offlineLimitOf(36)).toEqual({ kind: 'hours', amount: 36 });
  expect(offlineHoursOf({ kind: 'days', amount: '' })).toBe('');
  expect(offlineHoursOf({ kind: 'hours', amount: 0 })).toBe('');
});
