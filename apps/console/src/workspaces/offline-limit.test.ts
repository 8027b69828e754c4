import { expect, test } from 'vitest';
import { offlineSentence } from './offline-limit.ts';

test.each([
  [0, 'not allowed'],
  [1, 'up to 1 h'],
  [36, 'up to 36 h'],
  [168, 'up to 7 d'],
  [170, 'up to 7 d 2 h'],
])('%i hours: %s', (hours, expected) => {
  expect(offlineSentence(hours)).toBe(expected);
});
