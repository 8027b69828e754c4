import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDirectory } from '../index/frame-directory.ts';
import { gapWorthReading, planFetch } from './plan-fetch.ts';

/** One frame table a pack; each frame is so long. */
function directory(packs: readonly (readonly number[])[]): FrameDirectory {
  return new FrameDirectory(
    packs.map((lengths) => ({
      blockCounts: new Uint8Array(lengths.length).fill(16),
      storedBytes: Uint32Array.from(lengths),
      ids: new Uint8Array(lengths.length * 16),
    })),
  );
}

const pack = fc.array(fc.integer({ min: 17, max: 65_552 }), { minLength: 1, maxLength: 60 });

describe('the plan of a fetch', () => {
  it('covers what is needed, nothing twice, and reads no gap that is longer than worth it', () => {
    const inputs = [
      fc.array(pack, { minLength: 1, maxLength: 4 }),
      fc.func(fc.boolean()),
      fc.nat(200_000),
    ] as const;
    fc.assert(
      fc.property(...inputs, (packs, isNeeded, gapBytes) => {
        const frames = directory(packs);
        const { ranges, downloadBytes } = planFetch(frames, isNeeded, gapBytes);
        const covered = ranges.flatMap((range) =>
          Array.from({ length: range.frames }, (_, at) => range.firstFrame + at),
        );
        expect(new Set(covered).size).toBe(covered.length);
        for (let frame = 0; frame < frames.count; frame += 1) {
          if (isNeeded(frame)) expect(covered).toContain(frame);
        }
        for (const range of ranges) {
          const last = range.firstFrame + range.frames - 1;
          expect(isNeeded(range.firstFrame) && isNeeded(last)).toBe(true);
          expect(frames.place(last).pack).toBe(range.pack);
          let unneededBytes = 0;
          for (let frame = range.firstFrame; frame <= last; frame += 1) {
            unneededBytes = isNeeded(frame) ? 0 : unneededBytes + frames.storedBytesOf(frame);
            expect(unneededBytes).toBeLessThanOrEqual(gapBytes);
          }
        }
        const bytes = covered.reduce((sum, frame) => sum + frames.storedBytesOf(frame), 0);
        expect(downloadBytes).toBe(bytes);
      }),
    );
  });

  it('reads around less the nearer the repository is', () => {
    const frames = directory([Array.from({ length: 10 }, () => 20_000)]);
    const isNeeded = (frame: number): boolean => frame !== 5;
    expect(planFetch(frames, isNeeded, gapWorthReading(0.5, 4)).ranges).toHaveLength(2);
    expect(planFetch(frames, isNeeded, gapWorthReading(40, 4)).ranges).toHaveLength(1);
    expect(gapWorthReading(60_000, 1)).toBe(256 * 1024);
  });
});
