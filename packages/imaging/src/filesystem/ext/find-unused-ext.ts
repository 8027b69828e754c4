import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { clearBitRuns } from '../bit-runs.ts';
import { crc32c } from '../crc.ts';
import { trust } from '../not-trusted.ts';
import { type UnusedRun, UnusedRunCollector } from '../unused-runs.ts';
import {
  descriptorsPerBlock,
  firstBlockOf,
  type GroupDescriptor,
  hasSuperblockCopy,
  readGroupDescriptors,
} from './group-descriptors.ts';
import { type ExtSuperblock, readExtSuperblock } from './superblock.ts';

/**
 * The unused blocks of an ext2, ext3 or ext4 file system, from its block bitmaps. Every checksum there is and every
 * group's count of free blocks must agree with the bitmap.
 *
 * @throws {NotTrusted}
 */
export async function findUnusedExt(region: DiskRegion, signal?: AbortSignal): Promise<UnusedRun[]> {
  const superblock = await readExtSuperblock(region);
  const descriptors = await readGroupDescriptors(region, superblock);
  const tables = collectTables(superblock, descriptors);
  const collector = new UnusedRunCollector(region.startBytes);
  for (const [group, descriptor] of descriptors.entries()) {
    signal?.throwIfAborted();
    const bitmap = descriptor.isBlockUninit
      ? impliedBitmap(superblock, group, tables)
      : await readBitmap(region, superblock, group, descriptor);
    const first = firstBlockOf(superblock, group);
    const runs = [...clearBitRuns(bitmap, blocksIn(superblock, group))];
    const freeBlocks = runs.reduce((total, [, count]) => total + count, 0);
    trust(freeBlocks === descriptor.freeBlocks, `block group ${group} counts its free blocks differently`);
    assertTablesUsed(bitmap, superblock, group, tables);
    for (const [bit, count] of runs) {
      collector.add((first + bit) * superblock.blockBytes, count * superblock.blockBytes);
    }
  }
  return collector.finish();
}

function blocksIn(superblock: ExtSuperblock, group: number): number {
  return Math.min(superblock.blocksPerGroup, superblock.blockCount - firstBlockOf(superblock, group));
}

async function readBitmap(
  region: DiskRegion,
  superblock: ExtSuperblock,
  group: number,
  descriptor: GroupDescriptor,
): Promise<Buffer> {
  const { blockBytes, blockCount, blocksPerGroup, descriptorBytes } = superblock;
  trust(descriptor.blockBitmap > 0 && descriptor.blockBitmap < blockCount, 'a block bitmap lies outside');
  const bitmap = await region.read(descriptor.blockBitmap * blockBytes, blockBytes);
  if (superblock.descriptorChecksum === 'crc32c') {
    const mask = descriptorBytes >= 64 ? 0xffffffff : 0xffff;
    const sum = (crc32c(superblock.checksumSeed, bitmap.subarray(0, blocksPerGroup / 8)) & mask) >>> 0;
    trust(sum === descriptor.bitmapChecksum, `the checksum of the block bitmap of group ${group} is wrong`);
  }
  return bitmap;
}

/** Blocks with tables of the file system itself, as runs by the group they lie in. */
type TablesByGroup = ReadonlyMap<number, readonly (readonly [first: number, count: number])[]>;

/** Where the file system's own tables lie: superblock copies, descriptors, bitmaps, inode tables. */
function collectTables(superblock: ExtSuperblock, descriptors: readonly GroupDescriptor[]): TablesByGroup {
  const tables = new Map<number, [number, number][]>();
  const add = (block: number, count: number): void => {
    trust(
      block >= superblock.firstDataBlock && block + count <= superblock.blockCount,
      'one of its tables lies outside',
    );
    // Tables may reach over the border of a group (flex_bg).
    for (let at = block; at < block + count; ) {
      const group = Math.floor((at - superblock.firstDataBlock) / superblock.blocksPerGroup);
      const end = Math.min(block + count, firstBlockOf(superblock, group + 1));
      const runs = tables.get(group) ?? [];
      runs.push([at, end - at]);
      tables.set(group, runs);
      at = end;
    }
  };
  const inodeTableBlocks = Math.ceil(
    (superblock.inodesPerGroup * superblock.inodeBytes) / superblock.blockBytes,
  );
  for (const [group, descriptor] of descriptors.entries()) {
    add(descriptor.blockBitmap, 1);
    add(descriptor.inodeBitmap, 1);
    add(descriptor.inodeTable, inodeTableBlocks);
    for (const [block, count] of headOf(superblock, group)) add(block, count);
  }
  return tables;
}

/** The superblock copy and descriptors at the start of a group (kernel: `ext4_num_base_meta_clusters`). */
function headOf(superblock: ExtSuperblock, group: number): [first: number, count: number][] {
  const first = firstBlockOf(superblock, group);
  const hasCopy = hasSuperblockCopy(superblock, group);
  const perBlock = descriptorsPerBlock(superblock);
  const metaGroup = Math.floor(group / perBlock);
  if (metaGroup < superblock.firstMetaGroup) {
    if (!hasCopy) return [];
    const allBlocks = Math.ceil(superblock.groupCount / perBlock);
    const descriptorBlocks = Math.min(allBlocks, superblock.firstMetaGroup);
    return [[first, 1 + descriptorBlocks + superblock.reservedGdtBlocks]];
  }
  const firstInMeta = metaGroup * perBlock;
  const holdsDescriptors = [firstInMeta, firstInMeta + 1, firstInMeta + perBlock - 1].includes(group);
  const count = (hasCopy ? 1 : 0) + (holdsDescriptors ? 1 : 0);
  return count === 0 ? [] : [[first, count]];
}

/** What the bitmap of a group whose bitmap was never written would say. */
function impliedBitmap(superblock: ExtSuperblock, group: number, tables: TablesByGroup): Uint8Array {
  trust(superblock.descriptorChecksum !== 'none', `block group ${group} has flags that need a checksum`);
  const bitmap = new Uint8Array(superblock.blocksPerGroup / 8);
  const first = firstBlockOf(superblock, group);
  for (const [block, count] of tables.get(group) ?? []) {
    for (let bit = block - first; bit < block - first + count; bit += 1) {
      bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return bitmap;
}

function assertTablesUsed(
  bitmap: Uint8Array,
  superblock: ExtSuperblock,
  group: number,
  tables: TablesByGroup,
): void {
  const first = firstBlockOf(superblock, group);
  for (const [block, count] of tables.get(group) ?? []) {
    for (let bit = block - first; bit < block - first + count; bit += 1) {
      const isUsed = (((bitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
      trust(isUsed, `the bitmap of block group ${group} calls a table of the file system free`);
    }
  }
}
