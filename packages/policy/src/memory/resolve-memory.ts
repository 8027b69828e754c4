import type { MemoryRow } from '@carrel/contract';

/**
 * Memory for the guest by the host-memory table: the row with the most host memory that this host has.
 * A host below every row gets the smallest row's memory. The image's minimum is a floor.
 *
 * @returns MiB
 */
export function resolveMemoryMiB(
  table: readonly MemoryRow[],
  hostMemoryMiB: number,
  imageMinimumMiB: number,
): number {
  const ascending = table.toSorted((a, b) => a.hostMiB - b.hostMiB);
  // Firmware keeps a few per cent for itself, so a "4096 MiB" computer reports somewhat less.
  const fits = (row: MemoryRow): boolean => row.hostMiB * 0.93 <= hostMemoryMiB;
  const row = ascending.findLast(fits) ?? ascending[0];
  return Math.max(row?.guestMiB ?? 0, imageMinimumMiB);
}
