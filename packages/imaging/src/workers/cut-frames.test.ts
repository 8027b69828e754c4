import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockBytes } from '../format/constants.ts';
import { cutFrames } from './cut-frames.ts';

/** Blocks of which some end in zeros, as the last blocks of files do. */
function blocksOf(ends: readonly boolean[]): Uint8Array {
  const blocks = new Uint8Array(ends.length * blockBytes).fill(7);
  for (const [at, isEnd] of ends.entries())
    if (isEnd) blocks.fill(0, (at + 1) * blockBytes - 16, (at + 1) * blockBytes);
  return blocks;
}

describe('cutting frames', () => {
  it('takes every block once, in frames of 1 to 16, of which only the last is short for no reason', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (ends) => {
        const counts = cutFrames(blocksOf(ends));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ends.length);
        let end = 0;
        for (const [at, count] of counts.entries()) {
          end += count;
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(16);
          const isEndOfFile = count >= 4 && ends[end - 1] === true;
          if (at < counts.length - 1) expect(count === 16 || isEndOfFile).toBe(true);
        }
      }),
    );
  });

  it('cuts behind a file, unless the frame would be too small', () => {
    const ends = Array.from({ length: 24 }, (_, at) => at === 1 || at === 5);
    expect(cutFrames(blocksOf(ends))).toEqual([6, 16, 2]);
  });
});
