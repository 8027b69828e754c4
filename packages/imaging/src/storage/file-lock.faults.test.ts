import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createManualClock, type ManualClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { withFileLock } from './file-lock.ts';

const day = 24 * 3600 * 1000;

/** Lets a waiter come round; its file operations take real time, of which the clock knows nothing. */
async function pass(clock: ManualClock, durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 500) {
    await clock.advance(500);
    await sleep(2);
  }
}

/** A lock held until `release` is called. */
function hold(path: string, clock: ManualClock) {
  const [taken, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const done = withFileLock(
    path,
    async () => {
      taken.resolve(undefined);
      await released.promise;
    },
    clock,
  );
  return { taken: taken.promise, done, release: () => released.resolve(undefined) };
}

describe('a lock', () => {
  it.each([day, -day])(
    'is not lost to a wall clock that jumps by %i ms, nor to long work',
    async (jumpMs) => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'lock');
      const clock = createManualClock(Date.now());
      const first = hold(path, clock);
      await first.taken;
      let isSecondIn = false;
      const second = withFileLock(path, () => Promise.resolve((isSecondIn = true)), clock);
      await pass(clock, 5_000);
      clock.setWallClock(clock.nowMs() + jumpMs);
      await pass(clock, 180_000);
      expect(isSecondIn).toBe(false);
      first.release();
      await first.done;
      await pass(clock, 1_000);
      await second;
      expect(isSecondIn).toBe(true);
      expect(await readdir(folder.path)).toEqual([]);
    },
  );

  it('of a process that was killed is taken over at once', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'lock');
    const child = spawn('true');
    await once(child, 'exit');
    await writeFile(path, `${hostname()} ${String(child.pid)} 00`);
    const clock = createManualClock();
    const taking = withFileLock(path, () => Promise.resolve(1), clock);
    await pass(clock, 1_000);
    expect(await taking).toBe(1);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    ['of a computer that is gone', 'elsewhere 1 00', 60_000],
    ['of before a restart, whose process id another has now', `${hostname()} ${process.ppid} 00`, 60_000],
    ['of a process that was killed before it wrote its name', '', 5_000],
  ])('%s is taken over after a while', async (_, owner, afterMs) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'lock');
    await writeFile(path, owner);
    const clock = createManualClock();
    let isIn = false;
    const taking = withFileLock(path, () => Promise.resolve((isIn = true)), clock);
    await pass(clock, afterMs - 1_000);
    expect(isIn).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(owner);
    await pass(clock, 10_000);
    await taking;
    expect(await readdir(folder.path)).toEqual([]);
  });
});
