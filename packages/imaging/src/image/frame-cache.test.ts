import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameCache } from './frame-cache.ts';

const maxBytes = 1000;

function batch(first: number, count: number, bytes: number): [Map<number, Uint8Array>, Uint8Array] {
  const buffer = new Uint8Array(bytes).fill(first % 256);
  const frames = Array.from({ length: count }, (_, at) => [first + at, buffer.subarray(0, 1)] as const);
  return [new Map(frames), buffer];
}

describe('the cache of frames', () => {
  it('stays within its budget, and lets what a boot needs go last', () => {
    const step = fc.record({
      first: fc.integer({ min: 0, max: 30 }),
      count: fc.integer({ min: 1, max: 3 }),
      bytes: fc.integer({ min: 1, max: 400 }),
      isForBoot: fc.boolean(),
      read: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new FrameCache(maxBytes);
        for (const { first, count, bytes, isForBoot, read } of steps) {
          const before = cache.unreadBytes;
          cache.add(...batch(first, count, bytes), isForBoot);
          // Nothing unread goes while the rest would do.
          if (before + bytes <= maxBytes) expect(cache.unreadBytes).toBeGreaterThanOrEqual(before);
          expect(cache.unreadBytes).toBeLessThanOrEqual(maxBytes);
          const content = cache.get(read);
          expect(content !== undefined).toBe(cache.has(read));
        }
      }),
    );
  });

  it('drops what was used longest ago, with all that lies in the same buffer', () => {
    const cache = new FrameCache(maxBytes);
    cache.add(...batch(0, 2, 400), false);
    cache.add(...batch(2, 2, 400), false);
    expect(cache.get(0)).toBeDefined();
    cache.add(...batch(4, 2, 400), false);
    expect([0, 1, 2, 3, 4, 5].filter((frame) => cache.has(frame))).toEqual([0, 1, 4, 5]);
  });

  it('counts a buffer as read when every frame of it was', () => {
    const cache = new FrameCache(maxBytes);
    cache.add(...batch(0, 2, 400), true);
    cache.get(0);
    expect(cache.unreadBytes).toBe(400);
    cache.get(1);
    cache.get(1);
    expect(cache.unreadBytes).toBe(0);
  });
});
