import { type BookNote, notesOf } from '../book-notes.ts';
import type { Load } from '../load.ts';
import type { HostProfile } from './host-profile.ts';

/** `(maximum value × quantity × threshold percentage) / 100` (F8, L3927), in the unit of the maximum. */
export function thresholdOf(maximum: number, quantity: number, percent: number): number {
  return (maximum * quantity * percent) / 100;
}

/** What the guests of a host may use together, and the notes on it. */
export interface HostThresholds {
  readonly load: Load;
  readonly notes: readonly BookNote[];
}

/** Thresholds of a host by F8; quantities are what is left for guests (L3928), memory less the reserve (A9). */
export function hostThresholds(host: HostProfile): HostThresholds {
  const left = (quantity: number, reserved: number) => Math.max(quantity - reserved, 0);
  return {
    load: {
      processorMhz: thresholdOf(host.coreMhz, left(host.cores, host.reservedCores), host.processorPercent),
      memoryGb: thresholdOf(left(host.memoryGb, host.reservedMemoryGb), 1, host.memoryPercent),
      diskMbPerSecond: thresholdOf(host.diskMbPerSecond, host.diskArrays, host.diskPercent),
      networkMbitPerSecond: thresholdOf(
        host.adapterMbitPerSecond,
        left(host.adapters, host.reservedAdapters),
        host.networkPercent,
      ),
    },
    notes: notesOf('A2', 'A3', 'A6', 'A9'),
  };
}
