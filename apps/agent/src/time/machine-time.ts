import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { ClockReading } from '@carrel/policy';
import { isErrorCode } from '../store/atomic-file.ts';

const bootIdPath = '/proc/sys/kernel/random/boot_id';

/** Reads this computer's clocks. The monotonic one counts sleep too, where the system tells. */
export function createMachineTime(): () => ClockReading {
  const bootId = readBootId();
  return () => ({ wallMs: Date.now(), monotonicMs: Math.round(uptime() * 1000), bootId });
}

/** Without the system's own id of this boot, a start is known by a monotonic clock that begins anew. */
function readBootId(): string {
  try {
    return readFileSync(bootIdPath, 'utf8').trim();
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT')) throw error;
    return 'unknown';
  }
}

/** Clocks of which only one goes on while the computer sleeps, in milliseconds. */
export interface SleepClocks {
  readonly withSleep: () => number;
  readonly awake: () => number;
}

/** Below this it may be how differently the two clocks are rounded. */
const shortestSleepMs = 2_000;

const systemSleepClocks: SleepClocks = {
  withSleep: () => uptime() * 1000,
  awake: () => performance.now(),
};

/** Tells, each time it is asked, for how long the computer slept since the last time; 0 when it did not. */
export function createSleepWatch({ withSleep, awake }: SleepClocks = systemSleepClocks): () => number {
  const lag = (): number => withSleep() - awake();
  let known = lag();
  return () => {
    const sleptMs = lag() - known;
    known += Math.max(0, sleptMs);
    return sleptMs < shortestSleepMs ? 0 : sleptMs;
  };
}
