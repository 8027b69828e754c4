import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { trust } from '../not-trusted.ts';
import { type AttributeValue, attributeType, type ClusterRun, findAttribute } from './attributes.ts';
import { applyFixups } from './fixups.ts';

/** An NTFS volume, enough of it to read the files that it keeps about itself. */
export interface NtfsVolume {
  readonly region: DiskRegion;
  readonly clusterBytes: number;
  readonly clusterCount: number;
  readonly recordBytes: number;
  /** Where the table of all files (MFT) lies. */
  readonly tableRuns: readonly ClusterRun[];
}

/** Reads the boot sector and the first record of the file table. @throws {NotTrusted} */
export async function readNtfsVolume(region: DiskRegion): Promise<NtfsVolume> {
  const boot = await region.read(0, 512);
  trust(boot.length === 512 && boot.toString('latin1', 3, 11) === 'NTFS    ', 'its boot sector is missing');
  const sectorBytes = boot.readUInt16LE(11);
  const clusterCode = boot.readUInt8(13);
  const clusterBytes = sectorBytes * (clusterCode > 0x80 ? 2 ** (256 - clusterCode) : clusterCode);
  const sectorCount = Number(boot.readBigUInt64LE(40));
  const recordCode = boot.readInt8(64);
  const recordBytes = recordCode > 0 ? recordCode * clusterBytes : 2 ** -recordCode;
  const isSound =
    [512, 1024, 2048, 4096].includes(sectorBytes) &&
    clusterBytes >= sectorBytes &&
    clusterBytes <= 2 * 1024 * 1024 &&
    (clusterBytes & (clusterBytes - 1)) === 0 &&
    [1024, 2048, 4096].includes(recordBytes);
  trust(isSound, 'its boot sector does not make sense');
  trust(sectorCount * sectorBytes <= region.sizeBytes, 'it is larger than its partition');
  const clusterCount = Math.floor((sectorCount * sectorBytes) / clusterBytes);
  const tableOffset = Number(boot.readBigUInt64LE(48)) * clusterBytes;
  trust(tableOffset > 0 && tableOffset < region.sizeBytes, 'its boot sector does not make sense');

  const record = applyFixups(await region.read(tableOffset, recordBytes), 'FILE');
  const table = findAttribute(record, attributeType.data);
  trust(table?.kind === 'clusters', 'its file table does not describe itself');
  assertInside(table.runs, clusterCount);
  trust(
    table.runs[0]?.firstCluster === tableOffset / clusterBytes,
    'its file table does not describe itself',
  );
  return { region, clusterBytes, clusterCount, recordBytes, tableRuns: table.runs };
}

/** The unnamed attribute of one of the volume's own files. @throws {NotTrusted} when it is not there as a whole */
export async function readOwnAttribute(
  volume: NtfsVolume,
  fileNumber: number,
  type: number,
): Promise<AttributeValue> {
  const raw = await readClusters(
    volume,
    volume.tableRuns,
    fileNumber * volume.recordBytes,
    volume.recordBytes,
  );
  const record = applyFixups(raw, 'FILE');
  trust((record.readUInt16LE(22) & 1) !== 0, 'one of its own files is missing');
  const hasList = findAttribute(record, attributeType.attributeList) !== undefined;
  trust(!hasList, 'one of its own files is in pieces');
  const value = findAttribute(record, type);
  trust(value !== undefined, 'one of its own files is missing');
  if (value.kind === 'clusters') assertInside(value.runs, volume.clusterCount);
  return value;
}

/** Reads a range of a file's contents. @throws {NotTrusted} when the file is shorter */
export async function readClusters(
  { region, clusterBytes }: NtfsVolume,
  runs: readonly ClusterRun[],
  offsetBytes: number,
  lengthBytes: number,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let runStart = 0;
  let neededBytes = lengthBytes;
  for (const run of runs) {
    const runBytes = run.clusterCount * clusterBytes;
    const from = Math.max(0, offsetBytes + lengthBytes - neededBytes - runStart);
    if (neededBytes > 0 && from < runBytes) {
      const stepBytes = Math.min(neededBytes, runBytes - from);
      pieces.push(await region.read(run.firstCluster * clusterBytes + from, stepBytes));
      neededBytes -= stepBytes;
    }
    runStart += runBytes;
  }
  const bytes = Buffer.concat(pieces);
  trust(bytes.length === lengthBytes, 'one of its own files is shorter than it says');
  return bytes;
}

function assertInside(runs: readonly ClusterRun[], clusterCount: number): void {
  const isInside = runs.every((run) => run.firstCluster + run.clusterCount <= clusterCount);
  trust(isInside, 'one of its own files lies outside');
}
