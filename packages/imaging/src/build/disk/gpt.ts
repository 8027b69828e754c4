import { crc32 } from 'node:zlib';
import type { DiskIdentity } from '../identity.ts';
import { type DiskLayout, type PartitionPlace, tableSectors } from './layout.ts';
import { sectorBytes } from './units.ts';

/** Bytes and where on the disk they go. */
export interface DiskPiece {
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

const entryBytes = 128;
const entryCount = 128;
const headerBytes = 92;

// Partition types: UEFI 5.3.3 and the Discoverable Partitions Specification.
const biosBootType = '21686148-6449-6e6f-744e-656564454649';
const espType = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';
const rootType = '4f68bce3-e8cd-4db1-96e7-fbcaf984b709';

/** Writes the GUID partition table (UEFI specification, chapter 5): primary and backup, without the MBR. */
export function writePartitionTable(layout: DiskLayout, identity: DiskIdentity): DiskPiece[] {
  const entries = Buffer.alloc(entryBytes * entryCount);
  const partitions = [
    { type: biosBootType, uuid: identity.biosPartitionUuid, place: layout.bios, name: 'bios' },
    { type: espType, uuid: identity.espPartitionUuid, place: layout.esp, name: 'efi' },
    { type: rootType, uuid: identity.rootPartitionUuid, place: layout.root, name: 'root' },
  ];
  for (const [index, partition] of partitions.entries()) {
    const entry = entries.subarray(index * entryBytes, (index + 1) * entryBytes);
    guidBytes(partition.type).copy(entry, 0);
    guidBytes(partition.uuid).copy(entry, 16);
    writeRange(entry, partition.place);
    entry.write(partition.name, 56, 'utf16le');
  }
  const lastSector = layout.sizeBytes / sectorBytes - 1;
  const backupEntries = lastSector - (tableSectors - 1);
  const header = (own: number, other: number, table: number): Buffer =>
    writeHeader({ own, other, table, lastSector, entries, diskUuid: identity.diskUuid });
  return [
    { offsetBytes: sectorBytes, bytes: header(1, lastSector, 2) },
    { offsetBytes: 2 * sectorBytes, bytes: entries },
    { offsetBytes: backupEntries * sectorBytes, bytes: entries },
    { offsetBytes: lastSector * sectorBytes, bytes: header(lastSector, 1, backupEntries) },
  ];
}

function writeRange(entry: Buffer, place: PartitionPlace): void {
  entry.writeBigUInt64LE(BigInt(place.startBytes / sectorBytes), 32);
  entry.writeBigUInt64LE(BigInt((place.startBytes + place.lengthBytes) / sectorBytes - 1), 40);
}

interface HeaderInput {
  readonly own: number;
  readonly other: number;
  readonly table: number;
  readonly lastSector: number;
  readonly entries: Buffer;
  readonly diskUuid: string;
}

function writeHeader(input: HeaderInput): Buffer {
  const header = Buffer.alloc(sectorBytes);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x0001_0000, 8);
  header.writeUInt32LE(headerBytes, 12);
  header.writeBigUInt64LE(BigInt(input.own), 24);
  header.writeBigUInt64LE(BigInt(input.other), 32);
  header.writeBigUInt64LE(BigInt(1 + tableSectors), 40);
  header.writeBigUInt64LE(BigInt(input.lastSector - tableSectors), 48);
  guidBytes(input.diskUuid).copy(header, 56);
  header.writeBigUInt64LE(BigInt(input.table), 72);
  header.writeUInt32LE(entryCount, 80);
  header.writeUInt32LE(entryBytes, 84);
  header.writeUInt32LE(crc32(input.entries), 88);
  header.writeUInt32LE(crc32(header.subarray(0, headerBytes)), 16);
  return header;
}

/** A GUID as GPT stores it: the first three fields little-endian (UEFI, appendix A). */
function guidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
