import { createLuksHeader, luksHeaderBytes } from './luks-header.ts';

// QEMU, docs/interop/qcow2.txt. Numbers are big-endian.
const headerBytes = 112;
const luksCrypt = 2;
const extendedL2 = 0x10n;
/** Reference counts of 16 bits, of which one cluster holds all that an empty disk needs. */
const refcountOrder = 4;
const backingFormatExtension = 0xe2792aca;
const encryptionHeaderExtension = 0x0537be77;
const sectorBytes = 512;

export interface EmptyQcow2 {
  /** Rounded up to whole sectors. */
  readonly virtualSizeBytes: number;
  readonly clusterBytes: number;
  /** Clusters are written in 32 parts. */
  readonly hasExtendedL2: boolean;
  readonly backing: { readonly name: string; readonly format: 'raw' | 'qcow2' };
  readonly passphrase: string;
}

/** A piece of a file; what lies between the pieces is zero. */
export interface FilePiece {
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

export interface FileImage {
  readonly sizeBytes: number;
  readonly pieces: readonly FilePiece[];
}

/**
 * The file of an encrypted disk (qcow2 version 3, LUKS) that has nothing of its own yet: header, one refcount table and
 * block, LUKS header, empty first-level table.
 */
export function layOutEmptyQcow2(disk: EmptyQcow2): FileImage {
  const { clusterBytes } = disk;
  const luksClusters = Math.ceil(luksHeaderBytes / clusterBytes);
  const mapBytes = tableEntries(disk) * 8;
  const [refcountTable, refcountBlock, luks] = [1, 2, 3];
  const firstLevel = luks + luksClusters;
  const clusters = firstLevel + Math.max(1, Math.ceil(mapBytes / clusterBytes));
  if (clusters * 2 > clusterBytes)
    throw new RangeError(`A disk of ${disk.virtualSizeBytes} bytes is too large.`);
  const counts = Buffer.alloc(clusters * 2);
  for (let cluster = 0; cluster < clusters; cluster += 1) counts.writeUInt16BE(1, cluster * 2);
  const places = { refcountTable, luks, firstLevel };
  return {
    sizeBytes: clusters * clusterBytes,
    pieces: [
      { offsetBytes: 0, bytes: header(disk, places) },
      { offsetBytes: refcountTable * clusterBytes, bytes: offset(refcountBlock * clusterBytes) },
      { offsetBytes: refcountBlock * clusterBytes, bytes: counts },
      { offsetBytes: luks * clusterBytes, bytes: createLuksHeader(disk.passphrase) },
    ],
  };
}

/** Entries of the first-level table: one for each table of the second level, which fills a cluster. */
function tableEntries({ virtualSizeBytes, clusterBytes, hasExtendedL2 }: EmptyQcow2): number {
  const clustersMapped = clusterBytes / (hasExtendedL2 ? 16 : 8);
  return Math.ceil(virtualSizeBytes / (clustersMapped * clusterBytes));
}

/** @param places numbers of clusters */
function header(
  disk: EmptyQcow2,
  places: { readonly refcountTable: number; readonly luks: number; readonly firstLevel: number },
): Uint8Array {
  const { clusterBytes, backing, hasExtendedL2, virtualSizeBytes } = disk;
  const luks = Buffer.concat([offset(places.luks * clusterBytes), offset(luksHeaderBytes)]);
  const fixed = Buffer.alloc(headerBytes);
  const name = Buffer.from(backing.name);
  const extensions = Buffer.concat([
    extension(backingFormatExtension, Buffer.from(backing.format)),
    extension(encryptionHeaderExtension, luks),
    extension(0, Buffer.alloc(0)),
  ]);
  fixed.write('QFI\xfb', 0, 'latin1');
  fixed.writeUInt32BE(3, 4);
  offset(headerBytes + extensions.length).copy(fixed, 8);
  fixed.writeUInt32BE(name.length, 16);
  fixed.writeUInt32BE(Math.log2(clusterBytes), 20);
  offset(Math.ceil(virtualSizeBytes / sectorBytes) * sectorBytes).copy(fixed, 24);
  fixed.writeUInt32BE(luksCrypt, 32);
  fixed.writeUInt32BE(tableEntries(disk), 36);
  offset(places.firstLevel * clusterBytes).copy(fixed, 40);
  offset(places.refcountTable * clusterBytes).copy(fixed, 48);
  fixed.writeUInt32BE(1, 56);
  fixed.writeBigUInt64BE(hasExtendedL2 ? extendedL2 : 0n, 72);
  fixed.writeUInt32BE(refcountOrder, 96);
  fixed.writeUInt32BE(headerBytes, 100);
  return Buffer.concat([fixed, extensions, name]);
}

function extension(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(type);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

function offset(bytes: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(bytes));
  return field;
}
