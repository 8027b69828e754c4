import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** A wall clock of its own for a program, to be set while it runs; its monotonic clock stays the machine's. */
export interface FakeClock {
  /** For the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets the clock, as a person with the right to do so. */
  set(timeMs: number): void;
}

/** @param path of a file that holds how far the clock is off */
export function createFakeClock(folder: string, name: string): FakeClock {
  const path = join(folder, `${name}.clock`);
  const set = (timeMs: number): void => {
    const offsetSeconds = Math.round((timeMs - Date.now()) / 1000);
    writeFileSync(path, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}`);
  };
  set(Date.now());
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
