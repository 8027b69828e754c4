import { createManualClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

const never = new AbortController().signal;

function createTestPace(options: { random?: number; retryAfterMs?: number } = {}) {
  const clock = createManualClock();
  let asked = options.retryAfterMs;
  const pace = createPace({
    clock,
    random: () => options.random ?? 0.5,
    intervalMs: () => 60_000,
    takeRetryAfterMs: () => {
      const taken = asked;
      asked = undefined;
      return taken;
    },
  });
  const waitedMs = async (lastSucceeded: boolean): Promise<number> => {
    const startMs = clock.monotonicMs();
    const progress = { isDone: false };
    const waiting = pace.wait(lastSucceeded, never).then(() => {
      progress.isDone = true;
    });
    for (let step = 0; step < 10_000 && !progress.isDone; step += 1) {
      await clock.advance(100);
      await new Promise(setImmediate);
    }
    await waiting;
    return clock.monotonicMs() - startMs;
  };
  return { pace, waitedMs, clock };
}

describe('pace of contacts', () => {
  it.each([
    { random: 0, expectedMs: 54_000 },
    { random: 0.5, expectedMs: 60_000 },
    { random: 1, expectedMs: 66_000 },
  ])('spreads the interval by a tenth ($random)', async ({ random, expectedMs }) => {
    expect(await createTestPace({ random }).waitedMs(true)).toBe(expectedMs);
  });

  it('backs off while contact fails, up to a minute, and forgets that at the first success', async () => {
    const { waitedMs } = createTestPace({ random: 1 });
    const waits = [];
    for (let attempt = 0; attempt < 8; attempt += 1) waits.push(await waitedMs(false));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(await waitedMs(true)).toBe(66_000);
    expect(await waitedMs(false)).toBe(1_000);
  });

  it('is slower once when the server asks for it', async () => {
    const { waitedMs } = createTestPace({ retryAfterMs: 300_000 });
    expect(await waitedMs(true)).toBe(300_000);
    expect(await waitedMs(true)).toBe(60_000);
  });

  it('does not wait when hurried, before or during the wait', async () => {
    const { pace } = createTestPace();
    pace.hurry();
    await pace.wait(true, never);
    const waiting = pace.wait(true, never);
    pace.hurry();
    await waiting;
  });

  it('ends with the signal', async () => {
    const { pace } = createTestPace();
    const ending = new AbortController();
    const waiting = pace.wait(true, ending.signal);
    ending.abort();
    await expect(waiting).rejects.toThrow();
  });
});
