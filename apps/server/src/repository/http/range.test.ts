import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseContentRange, parseRange } from './range.ts';

describe('Range of a request', () => {
  test.each([
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=2-5', 10, { start: 2, end: 5 }],
    ['bytes=2-', 10, { start: 2, end: 9 }],
    ['bytes=2-99', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['Bytes=1-1', 10, { start: 1, end: 1 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-12', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    [undefined, 10, 'whole'],
    ['bytes=5-2', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['bytes=a-b', 10, 'whole'],
    ['bytes=1e3-', 10, 'whole'],
    ['bytes=0-99999999999999999999', 10, 'whole'],
  ] as const)('%s of %i bytes is %o', (header, sizeBytes, expected) => {
    expect(parseRange(header, sizeBytes)).toEqual(expected);
  });

  test('never leaves the blob', () => {
    const numbers = fc.option(fc.nat(2000), { nil: '' });
    fc.assert(
      fc.property(numbers, numbers, fc.nat(1000), (first, last, sizeBytes) => {
        const range = parseRange(`bytes=${first}-${last}`, sizeBytes);
        if (typeof range === 'string') return true;
        return 0 <= range.start && range.start <= range.end && range.end < sizeBytes;
      }),
    );
  });
});

test.each([
  ['0-9', { start: 0, end: 9 }],
  ['bytes 5-9/10', { start: 5, end: 9 }],
  ['bytes 5-9/*', { start: 5, end: 9 }],
  ['9-5', undefined],
  ['0', undefined],
  ['-5', undefined],
] as const)('Content-Range %s is %o', (header, expected) => {
  expect(parseContentRange(header)).toEqual(expected);
});
