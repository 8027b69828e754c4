import type { DiskRegion } from './disk-region.ts';
import { readGpt } from './gpt.ts';
import { isPartitionedMbr, readMbr } from './mbr.ts';
import type { PartitionTable } from './partition.ts';

/** Reads the partition table of a disk: GPT with its backup, MBR with logical partitions, or none. */
export async function readPartitionTable(disk: DiskRegion): Promise<PartitionTable> {
  const first = await disk.read(0, 512);
  if (!isPartitionedMbr(first)) return { kind: 'none', partitions: [], warnings: [] };
  const table = hasProtectiveEntry(first) ? await readGpt(disk) : await readMbr(disk, first);
  const beyond = table.partitions.filter((part) => part.startBytes + part.sizeBytes > disk.sizeBytes);
  const warnings = beyond.map(
    (part) => `Partition ${part.number} reaches past the end of the disk: the disk may be cut short.`,
  );
  return { ...table, warnings: [...table.warnings, ...warnings] };
}

function hasProtectiveEntry(mbr: Buffer): boolean {
  return [446, 462, 478, 494].some((at) => mbr[at + 4] === 0xee);
}
