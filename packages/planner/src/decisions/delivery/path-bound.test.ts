import { describe, expect, it } from 'vitest';
import { rateOfMbit } from '../../quantities/index.ts';
import { constantSchedule } from '../network/index.ts';
import { secondsAlong, sharedLine } from './path-bound.ts';

/** 8 Mbit/s are a megabyte a second. */
const lineOf = (mbit: number, ...claims: readonly (readonly [shares: number, megabytesEach: number])[]) =>
  sharedLine(
    constantSchedule(rateOfMbit(mbit)),
    claims.map(([shares, megabytes]) => ({ shares, totalBytes: shares * megabytes * 1e6 })),
  );
const megabyte = 1e6;

describe('the longest a transfer can take', () => {
  it('is exact on one line: everybody has what it has by then, or all it wants', () => {
    const line = lineOf(8, [3, 10], [2, 4]);
    expect(secondsAlong(4 * megabyte, [line])).toBeCloseTo(5 * 4, 6);
    expect(secondsAlong(10 * megabyte, [line])).toBeCloseTo(2 * 4 + 3 * 10, 6);
  });

  it('is that of the slowest line where all want as much', () => {
    const [slow, fast] = [lineOf(8, [3, 10]), lineOf(80, [20, 10])];
    expect(secondsAlong(10 * megabyte, [slow, fast])).toBeCloseTo(30, 6);
  });

  it('counts the slowest part of each line where small ones are in the way of a large one', () => {
    // Until nine small ones are gone the trunk gives a tenth; then the own line is the narrow one.
    const trunk = lineOf(8, [9, 1], [1, 10]);
    const own = lineOf(4, [1, 10]);
    expect(secondsAlong(10 * megabyte, [trunk, own])).toBeCloseTo(10 * 1 + 2 * 9, 6);
  });

  it('is endless behind a line that gives nothing', () => {
    expect(secondsAlong(megabyte, [lineOf(0, [1, 1]), lineOf(8, [1, 1])])).toBe(Number.POSITIVE_INFINITY);
  });
});
