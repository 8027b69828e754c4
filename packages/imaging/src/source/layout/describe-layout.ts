import type { DiskReader } from '../../disk/disk-reader.ts';
import { diskRegion } from './disk-region.ts';
import { detectFileSystem, type FileSystemType } from './file-system-signature.ts';
import type { Partition, PartitionTable } from './partition.ts';
import { readPartitionTable } from './partition-table.ts';

/** A partition and what is in it. */
export interface DescribedPartition extends Partition {
  /** `undefined` when it holds nothing known. */
  readonly fileSystem: FileSystemType | undefined;
  readonly label: string;
}

/** What a look at a disk tells, without mounting anything. */
export interface DiskLayout {
  readonly partitionTable: PartitionTable['kind'];
  /** A disk without a table that is one file system as a whole is described as partition 0. */
  readonly partitions: readonly DescribedPartition[];
  /** Ways of starting that the disk looks prepared for. */
  readonly bootable: { readonly bios: boolean; readonly uefi: boolean };
  /** A guess from the file systems. */
  readonly guestOs: 'linux' | 'windows' | 'other';
  readonly warnings: readonly string[];
}

const systemPartitionTypes: readonly string[] = ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', '0xef'];
const biosBootType = '21686148-6449-6e6f-744e-656564454649';
const linuxFileSystems: readonly (FileSystemType | undefined)[] = [
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'swap',
  'lvm',
];

/** Describes the partitions and file systems of a disk. Reads a few blocks of each. */
export async function describeLayout(disk: DiskReader, signal?: AbortSignal): Promise<DiskLayout> {
  const whole = diskRegion(disk, 0, disk.sizeBytes, signal);
  const table = await readPartitionTable(whole);
  const candidates = table.kind === 'none' ? [wholeDisk(disk)] : table.partitions;
  const partitions: DescribedPartition[] = [];
  for (const part of candidates) {
    signal?.throwIfAborted();
    const found = await detectFileSystem(diskRegion(disk, part.startBytes, part.sizeBytes, signal));
    if (table.kind === 'none' && !found) continue;
    partitions.push({ ...part, fileSystem: found?.type, label: found?.label ?? '' });
  }
  return {
    partitionTable: table.kind,
    partitions,
    bootable: {
      bios: startsWithBios(await whole.read(0, 512), table),
      uefi: partitions.some(
        (part) => systemPartitionTypes.includes(part.type) && part.fileSystem?.startsWith('fat') === true,
      ),
    },
    guestOs: guessGuestOs(partitions),
    warnings: table.warnings,
  };
}

function wholeDisk(disk: DiskReader): Partition {
  return { number: 0, startBytes: 0, sizeBytes: disk.sizeBytes, type: '', name: '', isActive: false };
}

/** There is boot code, and something for it to go on with. */
function startsWithBios(sector: Buffer, table: PartitionTable): boolean {
  const hasCode =
    sector.length === 512 && sector.readUInt16LE(510) === 0xaa55 && !isZero(sector.subarray(0, 440));
  const hasNextStage =
    sector.includes('GRUB') || table.partitions.some((part) => part.isActive || part.type === biosBootType);
  return hasCode && hasNextStage;
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

function guessGuestOs(partitions: readonly DescribedPartition[]): DiskLayout['guestOs'] {
  if (partitions.some((part) => part.fileSystem === 'ntfs')) return 'windows';
  return partitions.some((part) => linuxFileSystems.includes(part.fileSystem)) ? 'linux' : 'other';
}
