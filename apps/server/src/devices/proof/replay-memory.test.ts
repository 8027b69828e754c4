import { expect, it } from 'vitest';
import { createReplayMemory } from './replay-memory.ts';

it('knows a name until it expires', () => {
  const memory = createReplayMemory();
  expect(memory.use('a', 1000, 0)).toBe(true);
  expect(memory.use('a', 1000, 999)).toBe(false);
  expect(memory.use('a', 30_000, 20_000)).toBe(true);
});

it('refuses new names rather than forgetting ones in use when it is full', () => {
  const memory = createReplayMemory(2);
  expect([memory.use('a', 1000, 0), memory.use('b', 1000, 0), memory.use('c', 1000, 0)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(memory.use('a', 1000, 1)).toBe(false);
  expect(memory.use('c', 30_000, 20_000)).toBe(true);
});
