import { z } from 'zod';
import { type BookNote, notesOf } from '../book-notes.ts';
import type { Load } from '../load.ts';
import type { HostProfile } from './host-profile.ts';
import { hostThresholds, thresholdOf } from './host-thresholds.ts';

const percent = z.number().gt(0).max(100);

/** What one guest can have; the defaults are Tables 21-1 and 21-2. */
export const guestLimitsSchema = z.strictObject({
  virtualProcessors: z.int().positive().default(4).describe('Virtual processors at most.'),
  processorPercent: percent.default(80).describe('How much of them a guest may use on average.'),
  memoryGb: z.number().positive().default(64).describe('Memory at most, in GB.'),
  leastMemoryGb: z.number().positive().default(1).describe('Memory at least, in GB (L3703).'),
  disks: z.int().positive().default(1).describe('Disk arrays that a guest works with at once.'),
  diskMbPerSecond: z.number().positive().default(200).describe('Measured throughput of one, in MB/s.'),
  diskPercent: percent.default(70).describe('How much of it a guest may use on average.'),
  adapters: z.int().positive().default(8).describe('Synthetic adapters at most.'),
  emulatedAdapters: z.int().nonnegative().default(4).describe('Emulated adapters beside them.'),
  adapterMbitPerSecond: z.number().positive().default(900).describe('Measured throughput of one, in Mbit/s.'),
  networkPercent: percent.default(80).describe('How much of it a guest may use on average.'),
  partitionGb: z
    .number()
    .positive()
    .default(256_000)
    .describe('Largest partition, in GB (pass-through disk).'),
  totalDiskGb: z.number().positive().default(65_000_000).describe('All disks together, in GB.'),
  serialPorts: z.int().nonnegative().default(2).describe('Serial ports at most.'),
});
export type GuestLimits = z.infer<typeof guestLimitsSchema>;

/** What a guest may use on average on such a host, with the notes on it. */
export interface GuestThresholds {
  readonly load: Load;
  readonly notes: readonly BookNote[];
}

/**
 * Thresholds of one guest: those of a single instance times their count (F2, F6, F7), never above the host (L3056).
 */
export function guestThresholds(limits: GuestLimits, host: HostProfile): GuestThresholds {
  const { load } = hostThresholds(host);
  const processors = Math.min(limits.virtualProcessors, host.cores);
  return {
    load: {
      processorMhz: Math.min(
        thresholdOf(host.coreMhz, processors, limits.processorPercent),
        load.processorMhz,
      ),
      memoryGb: Math.min(limits.memoryGb, load.memoryGb),
      diskMbPerSecond: Math.min(
        thresholdOf(limits.diskMbPerSecond, limits.disks, limits.diskPercent),
        load.diskMbPerSecond,
      ),
      networkMbitPerSecond: Math.min(
        thresholdOf(limits.adapterMbitPerSecond, limits.adapters, limits.networkPercent),
        load.networkMbitPerSecond,
      ),
    },
    notes: notesOf('A4', 'A5', 'A6', 'A8'),
  };
}

/** `SUM(speed × average utilisation)` over the processors or cores of a server (F1, L3089), in MHz. */
export function processorConsumptionMhz(
  processors: readonly { readonly speedMhz: number; readonly utilisationShare: number }[],
): number {
  return processors.reduce((sum, { speedMhz, utilisationShare }) => sum + speedMhz * utilisationShare, 0);
}

/** Guests that get processors of their own: `(cores - reserved) / processors each` (L76). */
export function guestsWithOwnProcessors(host: HostProfile, virtualProcessors: number): number {
  return Math.floor(Math.max(host.cores - host.reservedCores, 0) / virtualProcessors);
}
