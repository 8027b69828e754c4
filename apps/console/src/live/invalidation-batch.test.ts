import { expect, test } from 'vitest';
import { InvalidationBatch } from './invalidation-batch.ts';

test('many changes within the window are read once, each kind once', () => {
  const rounds: unknown[] = [];
  const scheduled: (() => void)[] = [];
  const batch = new InvalidationBatch({
    invalidate: (keys) => rounds.push(keys),
    schedule: (action) => {
      scheduled.push(action);
      return () => undefined;
    },
    windowMs: 400,
  });
  for (let index = 0; index < 1000; index += 1) batch.add([['devices']]);
  batch.add([['tasks']]);
  expect(scheduled).toHaveLength(1);
  scheduled[0]?.();
  expect(rounds).toEqual([[['devices'], ['tasks']]]);
  batch.add([['users']]);
  scheduled[1]?.();
  expect(rounds[1]).toEqual([['users']]);
});
