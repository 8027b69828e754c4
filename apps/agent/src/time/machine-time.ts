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

/** Without the system's own id of this boot, the minute the computer started has to do. */
function readBootId(): string {
  try {
    return readFileSync(bootIdPath, 'utf8').trim();
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT')) throw error;
    return `started-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
