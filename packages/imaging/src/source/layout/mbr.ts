import type { DiskRegion } from './disk-region.ts';
import type { Partition, PartitionTable } from './partition.ts';

const sectorBytes = 512;
const entryOffsets = [446, 462, 478, 494] as const;
const extendedTypes: readonly number[] = [0x05, 0x0f, 0x85];
const maxLogicalPartitions = 128;

interface MbrEntry {
  readonly status: number;
  readonly type: number;
  readonly startSector: number;
  readonly sectorCount: number;
}

function parseEntry(sector: Buffer, at: number): MbrEntry {
  return {
    status: sector.readUInt8(at),
    type: sector.readUInt8(at + 4),
    startSector: sector.readUInt32LE(at + 8),
    sectorCount: sector.readUInt32LE(at + 12),
  };
}

function isUsed(entry: MbrEntry): boolean {
  return entry.type !== 0 && entry.sectorCount > 0;
}

/**
 * Whether the first sector is a partition table. The boot sector of FAT and NTFS carries the same signature, with code
 * where a table would be.
 */
export function isPartitionedMbr(sector: Buffer): boolean {
  if (sector.length < sectorBytes || sector.readUInt16LE(510) !== 0xaa55) return false;
  const oemName = sector.toString('latin1', 3, 11);
  const isJump = sector[0] === 0xeb || sector[0] === 0xe9;
  if (isJump && (/^(NTFS|EXFAT) {3,4}$/.test(oemName) || /^FAT/.test(sector.toString('latin1', 54, 57))))
    return false;
  if (isJump && sector.toString('latin1', 82, 87) === 'FAT32') return false;
  const entries = entryOffsets.map((at) => parseEntry(sector, at));
  return entries.every(({ status }) => status === 0 || status === 0x80) && entries.some(isUsed);
}

/** Reads the four primary partitions and the chain of logical ones. */
export async function readMbr(disk: DiskRegion, sector: Buffer): Promise<PartitionTable> {
  const partitions: Partition[] = [];
  const warnings: string[] = [];
  for (const [index, at] of entryOffsets.entries()) {
    const entry = parseEntry(sector, at);
    if (!isUsed(entry)) continue;
    if (!extendedTypes.includes(entry.type)) partitions.push(toPartition(entry, index + 1, 0));
    else if (!(await readLogical(disk, entry.startSector, partitions))) {
      warnings.push(`The chain of logical partitions in partition ${index + 1} is broken.`);
    }
  }
  return { kind: 'mbr', partitions, warnings };
}

/** Follows the chain of extended boot records. `false` when it does not end as it should. */
async function readLogical(
  disk: DiskRegion,
  extendedStart: number,
  partitions: Partition[],
): Promise<boolean> {
  let sectorNumber = extendedStart;
  for (let number = 5; number < 5 + maxLogicalPartitions; number += 1) {
    const sector = await disk.read(sectorNumber * sectorBytes, sectorBytes);
    if (sector.length < sectorBytes || sector.readUInt16LE(510) !== 0xaa55) return false;
    const [own, next] = [parseEntry(sector, 446), parseEntry(sector, 462)];
    if (isUsed(own)) partitions.push(toPartition(own, number, sectorNumber));
    if (!isUsed(next)) return true;
    sectorNumber = extendedStart + next.startSector;
  }
  return false;
}

function toPartition(entry: MbrEntry, number: number, baseSector: number): Partition {
  return {
    number,
    startBytes: (baseSector + entry.startSector) * sectorBytes,
    sizeBytes: entry.sectorCount * sectorBytes,
    type: `0x${entry.type.toString(16).padStart(2, '0')}`,
    name: '',
    isActive: entry.status === 0x80,
  };
}
