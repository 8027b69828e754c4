import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AppError,
  backoffMs,
  createErrorFactory,
  createId,
  createManualClock,
  formatBytes,
  formatDuration,
  parseDurationMs,
  parseRateBytesPerSecond,
  parseSizeBytes,
  RateMeter,
  retry,
  systemClock,
  UndoStack,
  withJitter,
} from './index.ts';

describe('errors', () => {
  const fail = createErrorFactory({
    DISK_FULL: {
      errorClass: 'damaged',
      httpStatus: 507,
      message: 'No room for {path}.',
      remedy: 'Free {bytes} bytes.',
    },
  });

  it('say in one printable line what came from outside', () => {
    const hostile = createErrorFactory({
      ODD: { errorClass: 'damaged', httpStatus: 422, message: 'It names {name}.', remedy: 'Look at {name}.' },
    })('ODD', { name: 'a\u001b[2J\r\nb\u202ec' });
    expect(hostile).toMatchObject({ message: 'It names a [2J b c.', remedy: 'Look at a [2J b c.' });
    expect(hostile.details).toEqual({ name: 'a\u001b[2J\r\nb\u202ec' });
  });

  it('carry code, sentences with their details, class and cause', () => {
    const cause = new Error('ENOSPC');
    const error = fail('DISK_FULL', { path: '/x', bytes: 5 }, cause);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'DISK_FULL',
      message: 'No room for /x.',
      remedy: 'Free 5 bytes.',
      exitCode: 7,
      retryable: false,
      cause,
    });
  });
});

describe('ids', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const random = new Uint8Array(10).fill(255);
    const ids = [1, 2, 1_700_000_000_000].map((nowMs) => createId(nowMs, random));
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('units', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['64KiB', 65_536],
    ['64 k', 65_536],
    ['1.5 GiB', 1_610_612_736],
    ['10 MB', 10_000_000],
    ['20G', 21_474_836_480],
  ])('reads the size %s', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes);
  });

  it.each(['', 'x', '-1', '1 XB', '0x10', '1e3', '99999999T'])('refuses the size "%s"', (text) => {
    expect(parseSizeBytes(text)).toBeUndefined();
  });

  it.each([
    ['10 Mbit/s', 1_250_000],
    ['2MB/s', 2_000_000],
    ['500k', 512_000],
  ])('reads the rate %s', (text, rate) => {
    expect(parseRateBytesPerSecond(text)).toBe(rate);
  });

  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['7d', 604_800_000],
  ])('reads the duration %s', (text, durationMs) => {
    expect(parseDurationMs(text)).toBe(durationMs);
  });

  it('writes sizes and durations for people', () => {
    expect(formatBytes(1536)).toBe('1.5 KiB');
    expect(formatBytes(12)).toBe('12 B');
    expect(formatDuration(350)).toBe('350 ms');
    expect(formatDuration(3_900_000)).toBe('1 h 5 min');
    expect(formatDuration(90 * 3_600_000)).toBe('3 d 18 h');
  });
});

describe('retry', () => {
  const options = { random: () => 0.5, attempts: 3, baseDelayMs: 100, maxDelayMs: 1000 };

  it('tries again as often as allowed, then throws what failed', async () => {
    const clock = createManualClock();
    let calls = 0;
    const work = retry(() => Promise.reject(new Error(`try ${(calls += 1)}`)), {
      ...options,
      clock,
      isRetryable: () => true,
    });
    const outcome = work.catch((error: unknown) => error);
    for (let round = 0; round < 5; round += 1) await clock.advance(1000);
    expect(await outcome).toMatchObject({ message: 'try 3' });
  });

  it('does not repeat what cannot succeed', async () => {
    let calls = 0;
    const operation = () => {
      calls += 1;
      return Promise.reject(new Error('final'));
    };
    await expect(retry(operation, { ...options, clock: createManualClock() })).rejects.toThrow('final');
    expect(calls).toBe(1);
  });

  it('waits longer each time, within bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const delayMs = backoffMs(attempt, { baseDelayMs: 100, maxDelayMs: 5000, random: () => random });
          expect(delayMs).toBeGreaterThanOrEqual(50);
          expect(delayMs).toBeLessThanOrEqual(5000);
        },
      ),
    );
    expect(withJitter(1000, 0.1, () => 0)).toBe(900);
  });
});

describe('clocks', () => {
  it('stop sleeping when the signal is aborted', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the rate meter', () => {
  it('gives the rate of the last seconds and the time left', () => {
    const clock = createManualClock();
    const meter = new RateMeter(clock, 5000);
    meter.read(0, 1000);
    void clock.advance(1000);
    return Promise.resolve().then(() => {
      expect(meter.read(100, 1000)).toEqual({ rateBytesPerSecond: 100, remainingMs: 9000 });
    });
  });
});

describe('the undo stack', () => {
  it('takes work back newest first, and not when it is kept', async () => {
    const order: string[] = [];
    const step = (name: string) => () => {
      order.push(name);
      return Promise.resolve();
    };
    {
      await using undo = new UndoStack();
      undo.push(step('first'));
      undo.push(step('second'));
    }
    expect(order).toEqual(['second', 'first']);
    {
      await using undo = new UndoStack();
      undo.push(step('third'));
      undo.keep();
    }
    expect(order).toHaveLength(2);
  });

  it('runs every step although one fails', async () => {
    const undo = new UndoStack();
    let isDone = false;
    undo.push(() => {
      isDone = true;
      return Promise.resolve();
    });
    undo.push(() => Promise.reject(new Error('stuck')));
    await expect(undo[Symbol.asyncDispose]()).rejects.toBeInstanceOf(AggregateError);
    expect(isDone).toBe(true);
  });
});
