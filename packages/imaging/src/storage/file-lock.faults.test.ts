import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock, type ManualClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { withFileLock } from './file-lock.ts';

const day = 24 * 3600 * 1000;

/** Lets time pass, and those who work on files come as far as it takes us to do so a few times. */
async function pass(clock: ManualClock, durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 500) {
    await clock.advance(500);
    for (let turn = 0; turn < 12; turn += 1) await stat(tmpdir());
  }
}

/** Lets time pass until it is done. */
async function passUntil<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const done = (): void => {
    state.isDone = true;
  };
  work.then(done, done);
  while (!state.isDone) await pass(clock, 500);
  return await work;
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
    expect(await passUntil(clock, taking)).toBe(1);
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
    await passUntil(clock, taking);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
