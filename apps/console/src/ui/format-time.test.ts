import { expect, test } from 'vitest';
import { formatAgo } from './format-time.ts';

const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const minuteMs = 60_000;

test.each([
  [0, 'just now'],
  [59_000, 'just now'],
  [60_000, '1 min ago'],
  [59 * minuteMs, '59 min ago'],
  [60 * minuteMs, '1 h ago'],
  [23 * 60 * minuteMs, '23 h ago'],
  [24 * 60 * minuteMs, 'yesterday'],
  [3 * 24 * 60 * minuteMs, '3 days ago'],
  [-60_000, 'just now'],
])('%i ms ago reads %s', (agoMs, expected) => {
  expect(formatAgo(nowMs - agoMs, nowMs)).toBe(expected);
});

test('what is long past or well ahead reads as a date', () => {
  expect(formatAgo(Date.parse('2026-01-05T12:00:00.000Z'), nowMs)).toBe('5 Jan 2026');
  expect(formatAgo(Date.parse('2027-01-05T12:00:00.000Z'), nowMs)).toBe('5 Jan 2027');
});
