import type { Recipe } from '../recipe/recipe-schema.ts';
import { mebibyte, sectorBytes } from './units.ts';

/** A run of sectors of the disk. */
export interface PartitionPlace {
  readonly startBytes: number;
  readonly lengthBytes: number;
}

/** Where everything lies on a disk. */
export interface DiskLayout {
  readonly sizeBytes: number;
  /** Holds GRUB's core image for BIOS; it lies in the gap before the first megabyte, which UEFI ignores. */
  readonly bios: PartitionPlace;
  readonly esp: PartitionPlace;
  readonly root: PartitionPlace;
}

/** Sectors the partition table takes at either end of a disk (UEFI 5.3: header and 128 entries). */
export const tableSectors = 33;

const espBytes = 2 * mebibyte;

/** Plans the disk: BIOS boot partition up to 1 MiB, EFI system partition of 2 MiB, root up to the end. */
export function planLayout(recipe: Pick<Recipe, 'size'>): DiskLayout {
  const biosStart = (1 + tableSectors) * sectorBytes;
  const espStart = mebibyte;
  const rootStart = espStart + espBytes;
  // The backup table takes the end; a whole MiB keeps the file system aligned to 4 KiB and more.
  const rootEnd = recipe.size - mebibyte;
  return {
    sizeBytes: recipe.size,
    bios: { startBytes: biosStart, lengthBytes: espStart - biosStart },
    esp: { startBytes: espStart, lengthBytes: espBytes },
    root: { startBytes: rootStart, lengthBytes: rootEnd - rootStart },
  };
}
