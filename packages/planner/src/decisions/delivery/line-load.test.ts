import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytes } from '../../quantities/index.ts';
import { bytesUntilDone } from './line-load.ts';

/** Shares a line equally among all copies under way, copy by copy. */
function shareStepByStep(copies: readonly number[], sizes: readonly number[]): number[] {
  const left = copies.flatMap((count, at) =>
    Array.from({ length: count }, () => ({ at, left: sizes[at] ?? 0 })),
  );
  const done = copies.map(() => 0);
  let carried = 0;
  for (let running = left; running.length > 0; running = running.filter((copy) => copy.left > 1e-9)) {
    const step = Math.min(...running.map((copy) => copy.left));
    carried += step * running.length;
    for (const copy of running) {
      copy.left -= step;
      if (copy.left <= 1e-9) done[copy.at] = carried;
    }
  }
  return done;
}

it('agrees with sharing a line copy by copy', () => {
  const parts = fc.array(
    fc.record({ count: fc.integer({ min: 0, max: 6 }), size: fc.integer({ min: 1, max: 50 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(parts, (workspaces) => {
      const sizes = workspaces.map(({ size }) => bytes(size));
      const order = sizes
        .map((_size, at) => at)
        .sort((left, right) => (sizes[left] ?? 0) - (sizes[right] ?? 0));
      const counts = workspaces.map(({ count }) => count);
      const closed = [...bytesUntilDone(Float64Array.from(counts), { sizes, order })];
      const stepped = shareStepByStep(counts, sizes);
      for (const [at, total] of closed.entries()) expect(total).toBeCloseTo(stepped[at] ?? 0, 6);
    }),
  );
});
