import type { DiskIdentity } from '../identity.ts';
import type { DiskPiece } from './gpt.ts';
import type { DiskLayout } from './layout.ts';
import { sectorBytes } from './units.ts';

// Offsets in GRUB's boot.img (include/grub/i386/pc/boot.h of GRUB 2).
const kernelSectorAt = 0x5c;
const driveCheckAt = 0x66;
const bootCodeBytes = 440;
/** In the first sector of the core image: where its own continuation lies, as sector (64 bit) and count. */
const blockListAt = 0x200 - 12;

/**
 * The first sector: a protective partition entry (UEFI 5.2.3) and, with BIOS boot code, GRUB's boot.img made to
 * load the core image from its partition.
 */
export function writeMasterBootRecord(
  layout: DiskLayout,
  identity: DiskIdentity,
  bootCode: Uint8Array | undefined,
): DiskPiece {
  const sector = Buffer.alloc(sectorBytes);
  if (bootCode) {
    sector.set(bootCode.subarray(0, bootCodeBytes));
    sector.writeBigUInt64LE(BigInt(layout.bios.startBytes / sectorBytes), kernelSectorAt);
    // Two no-ops in place of a jump: trust the BIOS that the drive it names is the drive it read.
    sector.writeUInt16LE(0x9090, driveCheckAt);
  }
  sector.write(identity.diskUuid.slice(0, 8), bootCodeBytes, 'hex');
  const entry = sector.subarray(446, 462);
  // Some BIOSes boot only a disk that has an active partition; UEFI ignores the flag (UEFI 5.2.3).
  entry[0] = bootCode ? 0x80 : 0;
  entry.set([0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 1);
  entry.writeUInt32LE(1, 8);
  entry.writeUInt32LE(Math.min(layout.sizeBytes / sectorBytes - 1, 0xffff_ffff), 12);
  sector.writeUInt16LE(0xaa55, 510);
  return { offsetBytes: 0, bytes: sector };
}

/**
 * The core image as it lies in the BIOS boot partition, its first sector told where the rest is.
 *
 * @throws {RangeError} when it does not fit the partition
 */
export function placeCoreImage(layout: DiskLayout, coreImage: Uint8Array): DiskPiece {
  if (coreImage.length > layout.bios.lengthBytes) {
    throw new RangeError(`The boot loader takes ${coreImage.length} bytes, its partition has fewer.`);
  }
  const sectors = Math.ceil(coreImage.length / sectorBytes);
  const bytes = Buffer.alloc(sectors * sectorBytes);
  bytes.set(coreImage);
  bytes.writeBigUInt64LE(BigInt(layout.bios.startBytes / sectorBytes + 1), blockListAt);
  bytes.writeUInt16LE(sectors - 1, blockListAt + 8);
  return { offsetBytes: layout.bios.startBytes, bytes };
}
