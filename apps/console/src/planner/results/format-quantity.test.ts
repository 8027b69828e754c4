import { expect, test } from 'vitest';
import { formatNumber, formatQuantity, formatSize } from './format-quantity.ts';

test('numbers have as many digits as say something', () => {
  expect([1234567, 0.12345, 12, 99.95, 123.4].map(formatNumber)).toEqual([
    '1,234,567',
    '0.123',
    '12',
    '100',
    '123',
  ]);
  expect(formatNumber(Number.POSITIVE_INFINITY)).toBe('endless');
});

test('sizes are in units of a thousand', () => {
  expect([0, 999, 1_228_800, 1.8e9, 40e12, 5e15].map(formatSize)).toEqual([
    '0 B',
    '999 B',
    '1.23 MB',
    '1.8 GB',
    '40 TB',
    '5,000 TB',
  ]);
});

test('seconds become longer units, other units stay', () => {
  expect(formatQuantity(112_000, 's')).toBe('31 h 6 min');
  expect(formatQuantity(Number.POSITIVE_INFINITY, 's')).toBe('never');
  expect(formatQuantity(0.5, 's')).toBe('0.5 s');
  expect(formatQuantity(1.157, 'writes/s')).toBe('1.16 writes/s');
});
