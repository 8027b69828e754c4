import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { trust } from '../not-trusted.ts';
import { type UnusedRun, UnusedRunCollector } from '../unused-runs.ts';
import { assertLogClean } from './log-state.ts';
import { hasChecksum, readXfsSuperblock, type XfsSuperblock } from './superblock.ts';

/** One allocation group, as its header (AGF) has it. */
interface AllocationGroup {
  readonly number: number;
  readonly lengthBlocks: number;
  /** Root of the tree of free extents ordered by where they are. */
  readonly rootBlock: number;
  readonly levels: number;
  readonly freeBlocks: number;
}

type FreeExtent = readonly [startBlock: number, blockCount: number];

/**
 * The unused blocks of an XFS file system, from each allocation group's tree of free extents. The counts of groups
 * and file system must agree with the trees, and the log must be empty.
 *
 * @throws {NotTrusted}
 */
export async function findUnusedXfs(region: DiskRegion, signal?: AbortSignal): Promise<UnusedRun[]> {
  const superblock = await readXfsSuperblock(region);
  await assertLogClean(region, superblock);
  const { blockBytes, groupBlocks } = superblock;
  const collector = new UnusedRunCollector(region.startBytes);
  for (let number = 0; number < superblock.groupCount; number += 1) {
    signal?.throwIfAborted();
    const group = await readGroup(region, superblock, number);
    let totalBlocks = 0;
    let reachedBlock = 0;
    for await (const [start, count] of freeExtents(region, superblock, group)) {
      trust(start >= reachedBlock && start + count <= group.lengthBlocks && count > 0, damage(number));
      reachedBlock = start + count;
      totalBlocks += count;
      collector.add((number * groupBlocks + start) * blockBytes, count * blockBytes);
    }
    trust(totalBlocks === group.freeBlocks, `allocation group ${number} counts its free blocks differently`);
  }
  return collector.finish();
}

async function readGroup(
  region: DiskRegion,
  superblock: XfsSuperblock,
  number: number,
): Promise<AllocationGroup> {
  const { groupBlocks, blockBytes, blockCount, sectorBytes } = superblock;
  const at = number * groupBlocks * blockBytes + sectorBytes;
  const raw = await region.read(at, sectorBytes);
  const isHeader = raw.length === sectorBytes && raw.toString('latin1', 0, 4) === 'XAGF';
  trust(isHeader && raw.readUInt32BE(8) === number, damage(number));
  trust(
    !superblock.isVersion5 || hasChecksum(raw, 216),
    `the checksum of allocation group ${number} is wrong`,
  );
  const lengthBlocks = Math.min(groupBlocks, blockCount - number * groupBlocks);
  trust(raw.readUInt32BE(12) === lengthBlocks, damage(number));
  const levels = raw.readUInt32BE(28);
  trust(levels >= 1 && levels <= 9, damage(number));
  return { number, lengthBlocks, rootBlock: raw.readUInt32BE(16), levels, freeBlocks: raw.readUInt32BE(52) };
}

/** Walks the tree from left to right. */
async function* freeExtents(
  region: DiskRegion,
  superblock: XfsSuperblock,
  group: AllocationGroup,
  block: number = group.rootBlock,
  level: number = group.levels - 1,
): AsyncIterable<FreeExtent> {
  const node = await readNode(region, superblock, group, block, level);
  const headerBytes = superblock.isVersion5 ? 56 : 16;
  const count = node.readUInt16BE(6);
  const entryBytes = level === 0 ? 8 : 12;
  const capacity = Math.floor((superblock.blockBytes - headerBytes) / entryBytes);
  trust(count <= capacity && (count > 0 || level === 0), damage(group.number));
  for (let index = 0; index < count; index += 1) {
    if (level === 0) {
      const at = headerBytes + index * 8;
      yield [node.readUInt32BE(at), node.readUInt32BE(at + 4)];
    } else {
      const child = node.readUInt32BE(headerBytes + capacity * 8 + index * 4);
      yield* freeExtents(region, superblock, group, child, level - 1);
    }
  }
}

async function readNode(
  region: DiskRegion,
  superblock: XfsSuperblock,
  group: AllocationGroup,
  block: number,
  level: number,
): Promise<Buffer> {
  const { blockBytes, groupBlocks, isVersion5 } = superblock;
  trust(block > 0 && block < group.lengthBlocks, damage(group.number));
  const node = await region.read((group.number * groupBlocks + block) * blockBytes, blockBytes);
  const magic = isVersion5 ? 'AB3B' : 'ABTB';
  const isNode = node.length === blockBytes && node.toString('latin1', 0, 4) === magic;
  trust(isNode && node.readUInt16BE(4) === level, damage(group.number));
  if (isVersion5) {
    const isOwn = node.readUInt32BE(48) === group.number && hasChecksum(node, 52);
    trust(isOwn, `a checksum in allocation group ${group.number} is wrong`);
  }
  return node;
}

function damage(groupNumber: number): string {
  return `the free space of allocation group ${groupNumber} does not make sense`;
}
