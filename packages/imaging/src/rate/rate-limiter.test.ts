import { parseTransferRate, type TransferRate } from '@carrel/contract/delivery';
import { createManualClock, type ManualClock } from '@carrel/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TransferUrgency } from '../repository/repository.ts';
import { type AdjustableRateLimiter, createRateLimiter } from './rate-limiter.ts';

const minuteMs = 60_000;
// The manual clock stands at midnight between Saturday and Sunday.
const localTimeOf = (nowMs: number) => ({
  weekday: Math.floor(nowMs / (24 * 60 * minuteMs)) % 7,
  minuteOfDay: Math.floor(nowMs / minuteMs) % (24 * 60),
});

function rateOf(text: string): TransferRate {
  const rate = parseTransferRate(text);
  if (rate === undefined) throw new Error(`${text} is no rate.`);
  return rate;
}

function limiterFor(text: string) {
  const clock = createManualClock();
  return { clock, limiter: createRateLimiter({ rate: rateOf(text), clock, localTimeOf }) };
}

/** Takes without end; tells how much was taken. A line carries so much a second at most. */
function transfer(
  limiter: AdjustableRateLimiter,
  clock: ManualClock,
  urgency: TransferUrgency = 'background',
  line = Number.POSITIVE_INFINITY,
) {
  const stop = new AbortController();
  const state = { takenBytes: 0, stop: () => stop.abort() };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      if (Number.isFinite(line)) await clock.sleep((8192 / line) * 1000);
      await limiter.take(8192, stop.signal, urgency);
      state.takenBytes += 8192;
    }
  };
  run().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return state;
}

async function pass(clock: ManualClock, durationMs: number, stepMs = 10): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
    await clock.advance(stepMs);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

describe('the rate limiter', () => {
  it('keeps the rate, whoever asks and for how much', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, async (counts) => {
        const { clock, limiter } = limiterFor('100000');
        let taken = 0;
        const all = Promise.all(counts.map((count) => limiter.take(count).then(() => (taken += count))));
        let elapsedMs = 0;
        for (; taken < counts.reduce((sum, count) => sum + count, 0); elapsedMs += 250) {
          await pass(clock, 250, 125);
          // A rest of a quarter of a second, and one slice more than has been paid for.
          expect(taken).toBeLessThanOrEqual(((elapsedMs + 250) / 1000 + 0.25) * 100_000 + 16_384);
          expect(elapsedMs).toBeLessThan(200_000);
        }
        await all;
        expect(elapsedMs / 1000).toBeLessThanOrEqual(taken / 100_000 + 0.5);
      }),
      { numRuns: 30 },
    );
  });

  it('lets demand overtake background, and background never starve', async () => {
    const { clock, limiter } = limiterFor('1M');
    const background = transfer(limiter, clock);
    await pass(clock, 2_000);
    const demands = Array.from({ length: 4 }, () => transfer(limiter, clock, 'demand'));
    const before = background.takenBytes;
    await pass(clock, 10_000);
    const demandBytes = demands.reduce((sum, { takenBytes }) => sum + takenBytes, 0);
    const backgroundBytes = background.takenBytes - before;
    expect(demandBytes / backgroundBytes).toBeGreaterThan(10);
    expect(backgroundBytes).toBeGreaterThan(0.04 * 10 * 1024 ** 2);
    expect(demandBytes + backgroundBytes).toBeLessThan(1.05 * 10 * 1024 ** 2);
    for (const each of [background, ...demands]) each.stop();
  });

  it('holds background while paused or off; demand flows', async () => {
    const { clock, limiter } = limiterFor('sun 00:00-01:00 off, unlimited');
    const background = transfer(limiter, clock, 'background', 100_000);
    await pass(clock, 5_000);
    expect(background.takenBytes).toBe(0);
    await limiter.take(10_000_000, undefined, 'demand');
    await pass(clock, 60 * minuteMs, 1_000);
    const beforePause = background.takenBytes;
    expect(beforePause).toBeGreaterThan(0);
    limiter.pause();
    await pass(clock, 5_000);
    expect(background.takenBytes - beforePause).toBeLessThanOrEqual(8192);
    await limiter.take(10_000_000, undefined, 'demand');
    limiter.resume();
    const beforeResume = background.takenBytes;
    await pass(clock, 5_000);
    expect(background.takenBytes - beforeResume).toBeGreaterThan(400_000);
    background.stop();
  });

  it('takes another rule when the wall clock jumps, and never waits longer for it', async () => {
    const { clock, limiter } = limiterFor('sun off, 1M');
    const background = transfer(limiter, clock);
    await pass(clock, 1_000);
    clock.setWallClock(24 * 60 * minuteMs);
    await pass(clock, 20_000);
    expect(background.takenBytes).toBeGreaterThan(4 * 1024 ** 2);
    clock.setWallClock(0);
    await pass(clock, 1_000);
    const before = background.takenBytes;
    await pass(clock, 60_000, 100);
    expect(background.takenBytes).toBe(before);
    background.stop();
  });

  it('obeys new rules at once', async () => {
    const { clock, limiter } = limiterFor('1');
    const taking = limiter.take(100_000);
    await pass(clock, 1_000);
    limiter.setRate(rateOf('1M'));
    await pass(clock, 1_000);
    await taking;
    expect(limiter.speed).toEqual({ kind: 'absolute', bytesPerSecond: 1024 ** 2 });
  });

  it.each([10, 30, 75])('takes %i percent of what the line carries, bursts included', async (percent) => {
    const { clock, limiter } = limiterFor(`${percent}%`);
    const line = 409_600;
    const background = transfer(limiter, clock, 'background', line);
    await pass(clock, 180_000, 20);
    expect(limiter.lineBytesPerSecond).toBeGreaterThan(0.7 * line);
    expect(limiter.lineBytesPerSecond).toBeLessThanOrEqual(1.05 * line);
    const share = background.takenBytes / 180 / line;
    expect(share).toBeGreaterThan(0.6 * (percent / 100));
    expect(share).toBeLessThan(1.05 * (percent / 100));
    background.stop();
  });

  it('can be cancelled while it waits, without holding others back', async () => {
    const { clock, limiter } = limiterFor('1000');
    const stop = new AbortController();
    await limiter.take(10_000);
    const waiting = limiter.take(1_000_000, stop.signal);
    const next = limiter.take(1000);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await pass(clock, 30_000, 500);
    await next;
  });
});
