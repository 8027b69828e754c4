import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('does a few at a time, in order, and asks the rest to come later', async () => {
    const turns = createTurns({ running: 2, waiting: 1 }, () => 0.5);
    const begun: number[] = [];
    const gates = [0, 1, 2].map(() => Promise.withResolvers<undefined>());
    const works = gates.map((gate, index) =>
      turns.take(async () => {
        begun.push(index);
        await gate.promise;
        return index;
      }),
    );
    await expect(turns.take(() => Promise.resolve())).rejects.toMatchObject({
      code: 'SERVER_BUSY',
      details: { retryAfterSeconds: 20 },
    });
    expect(begun).toEqual([0, 1]);
    gates[0]?.resolve(undefined);
    expect(await works[0]).toBe(0);
    expect(begun).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve(undefined);
    expect(await Promise.all(works)).toEqual([0, 1, 2]);
  });

  it('hands the place on when work fails', async () => {
    const turns = createTurns({ running: 1, waiting: 0 }, () => 0);
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.take(() => Promise.resolve('next'))).toBe('next');
  });
});
