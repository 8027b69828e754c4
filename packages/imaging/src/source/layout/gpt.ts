import { crc32 } from 'node:zlib';
import type { DiskRegion } from './disk-region.ts';
import type { Partition, PartitionTable } from './partition.ts';

const noType = '00000000-0000-0000-0000-000000000000';
const maxTableBytes = 1024 * 1024;
/** Attribute bit 2: legacy BIOS bootable (UEFI 2.10, section 5.3.3). */
const legacyBootAttribute = 4n;

/** Reads a GUID partition table, from its backup at the end of the disk when the first copy is damaged. */
export async function readGpt(disk: DiskRegion): Promise<PartitionTable> {
  for (const sectorBytes of [512, 4096]) {
    const primary = await readCopy(disk, sectorBytes, sectorBytes);
    if (primary) return { kind: 'gpt', partitions: primary, warnings: [] };
  }
  for (const sectorBytes of [512, 4096]) {
    const backup = await readCopy(disk, disk.sizeBytes - sectorBytes, sectorBytes);
    const warnings = ['The first partition table is damaged; its copy at the end of the disk was used.'];
    if (backup) return { kind: 'gpt', partitions: backup, warnings };
  }
  return {
    kind: 'gpt',
    partitions: [],
    warnings: ['The partition table (GPT) is damaged in both of its copies.'],
  };
}

/** One copy of the table (UEFI 2.10, section 5.3). `undefined` when its signature or a checksum is wrong. */
async function readCopy(
  disk: DiskRegion,
  offsetBytes: number,
  sectorBytes: number,
): Promise<Partition[] | undefined> {
  const header = await disk.read(offsetBytes, sectorBytes);
  if (header.length < sectorBytes || header.toString('latin1', 0, 8) !== 'EFI PART') return undefined;
  const headerBytes = header.readUInt32LE(12);
  if (headerBytes < 92 || headerBytes > sectorBytes) return undefined;
  const summed = Buffer.from(header.subarray(0, headerBytes)).fill(0, 16, 20);
  if (crc32(summed) !== header.readUInt32LE(16)) return undefined;

  const [count, entryBytes] = [header.readUInt32LE(80), header.readUInt32LE(84)];
  const tableBytes = count * entryBytes;
  if (entryBytes < 128 || entryBytes % 8 !== 0 || tableBytes > maxTableBytes) return undefined;
  const table = await disk.read(Number(header.readBigUInt64LE(72)) * sectorBytes, tableBytes);
  if (table.length < tableBytes || crc32(table) !== header.readUInt32LE(88)) return undefined;
  const partitions = Array.from({ length: count }, (_, index) =>
    parseEntry(table.subarray(index * entryBytes, (index + 1) * entryBytes), index + 1, sectorBytes),
  );
  return partitions.filter((partition) => partition !== undefined);
}

function parseEntry(entry: Buffer, number: number, sectorBytes: number): Partition | undefined {
  const type = parseGuid(entry);
  const [first, last] = [Number(entry.readBigUInt64LE(32)), Number(entry.readBigUInt64LE(40))];
  if (type === noType || last < first) return undefined;
  return {
    number,
    startBytes: first * sectorBytes,
    sizeBytes: (last - first + 1) * sectorBytes,
    type,
    name: entry.toString('utf16le', 56, 128).replace(/\0.*$/s, ''),
    isActive: (entry.readBigUInt64LE(48) & legacyBootAttribute) !== 0n,
  };
}

/** The first three fields of a GUID are little-endian on disk. */
function parseGuid(bytes: Buffer): string {
  const hex = (from: number, to: number): string => bytes.toString('hex', from, to);
  const number = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const head = [
    number(bytes.readUInt32LE(0), 8),
    number(bytes.readUInt16LE(4), 4),
    number(bytes.readUInt16LE(6), 4),
  ];
  return [...head, hex(8, 10), hex(10, 16)].join('-');
}
