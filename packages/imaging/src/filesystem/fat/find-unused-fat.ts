import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { trust } from '../not-trusted.ts';
import { type UnusedRun, UnusedRunCollector } from '../unused-runs.ts';

/** The geometry in a FAT boot sector (Microsoft, "FAT32 File System Specification", 1.03). */
interface FatGeometry {
  readonly entryBits: 12 | 16 | 32;
  readonly clusterBytes: number;
  readonly clusterCount: number;
  readonly tableOffset: number;
  readonly tableBytes: number;
  readonly tableCount: number;
  readonly dataOffset: number;
  /** FAT32 only: a cluster that must be in use. */
  readonly rootCluster: number | undefined;
}

/**
 * The unused clusters of a FAT12, FAT16 or FAT32 file system: those whose entry in the table is 0. All copies of the
 * table must agree.
 *
 * @throws {NotTrusted}
 */
export async function findUnusedFat(region: DiskRegion, signal?: AbortSignal): Promise<UnusedRun[]> {
  const geometry = await readGeometry(region);
  const { clusterBytes, dataOffset, rootCluster } = geometry;
  const collector = new UnusedRunCollector(region.startBytes);
  for await (const [cluster, entry] of entries(region, geometry, signal)) {
    if (cluster < 2) assertClean(cluster, entry, geometry.entryBits);
    else if (entry === 0) {
      trust(cluster !== rootCluster, 'its table calls the root folder free');
      collector.add(dataOffset + (cluster - 2) * clusterBytes, clusterBytes);
    }
  }
  return collector.finish();
}

async function readGeometry(region: DiskRegion): Promise<FatGeometry> {
  const boot = await region.read(0, 512);
  trust(boot.length === 512 && boot.readUInt16LE(510) === 0xaa55, 'its boot sector is missing');
  const sectorBytes = boot.readUInt16LE(11);
  const clusterBytes = boot.readUInt8(13) * sectorBytes;
  const tableCount = boot.readUInt8(16);
  const rootEntries = boot.readUInt16LE(17);
  const totalSectors = boot.readUInt16LE(19) || boot.readUInt32LE(32);
  const tableSectors = boot.readUInt16LE(22) || boot.readUInt32LE(36);
  const reservedSectors = boot.readUInt16LE(14);
  const rootSectors = Math.ceil((rootEntries * 32) / sectorBytes);
  const dataSector = reservedSectors + tableCount * tableSectors + rootSectors;
  const clusterCount = Math.floor((totalSectors - dataSector) / boot.readUInt8(13));
  trust(
    sectorBytes >= 512 && clusterBytes > 0 && clusterCount > 0 && reservedSectors > 0,
    'its boot sector does not make sense',
  );
  trust(totalSectors * sectorBytes <= region.sizeBytes, 'it is larger than its partition');
  const entryBits = clusterCount < 4085 ? 12 : clusterCount < 65_525 ? 16 : 32;
  // Small FAT32 file systems exist although the specification forbids them: who made them counts in FAT32.
  const is32 = boot.readUInt16LE(22) === 0;
  trust(is32 || entryBits !== 32, 'its boot sector does not make sense');
  if (is32) assertFat32(boot);
  else trust((boot.readUInt8(0x25) & 3) === 0, 'it was not unmounted (shut the guest down properly)');
  return {
    entryBits: is32 ? 32 : entryBits,
    clusterBytes,
    clusterCount,
    tableOffset: reservedSectors * sectorBytes,
    tableBytes: tableSectors * sectorBytes,
    tableCount,
    dataOffset: dataSector * sectorBytes,
    rootCluster: is32 ? boot.readUInt32LE(44) : undefined,
  };
}

function assertFat32(boot: Buffer): void {
  trust((boot.readUInt8(0x41) & 3) === 0, 'it was not unmounted (shut the guest down properly)');
  trust((boot.readUInt16LE(40) & 0x80) === 0, 'only one of its tables is kept up to date');
  trust(boot.readUInt16LE(42) === 0, 'its version is not known here');
}

/** A piece of the table that ends between two entries, of whatever size they are. */
const pieceBytes = 3 * 1024 * 1024;

/** The entries of the table, from 0. @throws {NotTrusted} where its copies differ */
async function* entries(
  region: DiskRegion,
  geometry: FatGeometry,
  signal?: AbortSignal,
): AsyncIterable<readonly [cluster: number, entry: number]> {
  const { entryBits, clusterCount, tableOffset, tableBytes, tableCount } = geometry;
  const neededBytes = Math.ceil(((clusterCount + 2) * entryBits) / 8);
  trust(tableCount >= 1 && neededBytes <= tableBytes, 'its table is too short');
  let cluster = 0;
  for (let at = 0; at < neededBytes; at += pieceBytes) {
    signal?.throwIfAborted();
    const lengthBytes = Math.min(pieceBytes, neededBytes - at);
    const piece = await region.read(tableOffset + at, lengthBytes);
    for (let copy = 1; copy < tableCount; copy += 1) {
      const other = await region.read(tableOffset + copy * tableBytes + at, lengthBytes);
      trust(piece.equals(other), 'the copies of its table differ');
    }
    const count = Math.min(Math.floor((lengthBytes * 8) / entryBits), clusterCount + 2 - cluster);
    for (let index = 0; index < count; index += 1) yield [cluster + index, entryAt(piece, index, entryBits)];
    cluster += count;
  }
}

/** Entry 0 repeats the media byte; the top bits of entry 1 tell of a volume in use (0) and of disk errors (0). */
function assertClean(cluster: number, entry: number, entryBits: FatGeometry['entryBits']): void {
  if (cluster === 0) trust((entry & 0xff) >= 0xf0, 'its table does not begin as it should');
  const cleanBits = entryBits === 32 ? 0x0c000000 : entryBits === 16 ? 0xc000 : 0;
  const isClean = cluster === 0 || (entry & cleanBits) === cleanBits;
  trust(isClean, 'it was not unmounted (shut the guest down properly)');
}

function entryAt(piece: Buffer, index: number, entryBits: FatGeometry['entryBits']): number {
  switch (entryBits) {
    case 12: {
      const pair = piece.readUInt16LE(index + (index >> 1));
      return (index & 1) === 0 ? pair & 0xfff : pair >> 4;
    }
    case 16:
      return piece.readUInt16LE(index * 2);
    case 32:
      return piece.readUInt32LE(index * 4) & 0x0fffffff;
  }
}
