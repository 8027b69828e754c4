import { fail } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import type { BaseRecord } from './workspace-record.ts';

/** Left to what guests write when an image is begun. */
export const guestReserveBytes = 512 * 1024 ** 2;

/** The disk that the workspaces lie on. */
export interface StoreSpace {
  freeBytes(): Promise<number>;
  /** What images that are on their way will still take. */
  promisedBytes(): number;
}

/** What a base will still take. Pure. */
export function missingBytes({ isComplete, dataBytes, progress }: BaseRecord): number {
  return isComplete ? 0 : Math.round(dataBytes * (1 - progress));
}

/**
 * Refuses to begin an image that would fill the disk.
 *
 * @param dataBytes what it will take
 * @throws {STORE_SPACE_SHORT}
 */
export async function requireSpace(space: StoreSpace, dataBytes: number, folder: string): Promise<void> {
  const freeBytes = await space.freeBytes();
  const neededBytes = dataBytes + space.promisedBytes();
  if (neededBytes + guestReserveBytes <= freeBytes) return;
  throw fail('STORE_SPACE_SHORT', {
    needed: formatBytes(neededBytes),
    free: formatBytes(freeBytes),
    path: folder,
    neededBytes,
    freeBytes,
    reserveBytes: guestReserveBytes,
  });
}
