import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { clearBitRuns } from '../bit-runs.ts';
import { trust } from '../not-trusted.ts';
import { type UnusedRun, UnusedRunCollector } from '../unused-runs.ts';
import { attributeType, type ClusterRun } from './attributes.ts';
import { readClusters, readNtfsVolume, readOwnAttribute } from './volume.ts';
import { assertDismounted } from './volume-state.ts';

const bitmapFileNumber = 6;
const pieceBytes = 4 * 1024 * 1024;

/**
 * The unused clusters of an NTFS volume, from its $Bitmap.
 *
 * @throws {NotTrusted}
 */
export async function findUnusedNtfs(region: DiskRegion, signal?: AbortSignal): Promise<UnusedRun[]> {
  const volume = await readNtfsVolume(region);
  await assertDismounted(volume);
  const bitmap = await readOwnAttribute(volume, bitmapFileNumber, attributeType.data);
  trust(bitmap.kind === 'clusters', 'its bitmap is missing');
  const neededBytes = Math.ceil(volume.clusterCount / 8);
  trust(bitmap.sizeBytes >= neededBytes, 'its bitmap is too short');
  const mustBeUsed = [{ firstCluster: 0, clusterCount: 1 }, ...volume.tableRuns, ...bitmap.runs];

  const collector = new UnusedRunCollector(region.startBytes);
  for (let at = 0; at < neededBytes; at += pieceBytes) {
    signal?.throwIfAborted();
    const piece = await readClusters(volume, bitmap.runs, at, Math.min(pieceBytes, neededBytes - at));
    const firstCluster = at * 8;
    const bits = Math.min(piece.length * 8, volume.clusterCount - firstCluster);
    for (const [bit, count] of clearBitRuns(piece, bits)) {
      const run = { firstCluster: firstCluster + bit, clusterCount: count };
      assertApart(run, mustBeUsed);
      collector.add(run.firstCluster * volume.clusterBytes, count * volume.clusterBytes);
    }
  }
  return collector.finish();
}

function assertApart(free: ClusterRun, used: readonly ClusterRun[]): void {
  const freeEnd = free.firstCluster + free.clusterCount;
  const overlaps = used.some(
    (run) => run.firstCluster < freeEnd && free.firstCluster < run.firstCluster + run.clusterCount,
  );
  trust(!overlaps, 'its bitmap calls one of its own files free');
}
