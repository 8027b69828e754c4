import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { crc16, crc32c } from '../crc.ts';
import { trust } from '../not-trusted.ts';
import type { ExtSuperblock } from './superblock.ts';

/** What a block group descriptor says. Block numbers are of the file system. */
export interface GroupDescriptor {
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  readonly freeBlocks: number;
  /** The bitmap was never written: all is free but the group's own tables. */
  readonly isBlockUninit: boolean;
  /** The low 16 bits only, where descriptors are short. */
  readonly bitmapChecksum: number;
}

const blockUninitFlag = 0x2;

/** Where descriptor block `index` lies (kernel: `descriptor_loc`). */
export function descriptorBlockLocation(superblock: ExtSuperblock, index: number): number {
  if (index < superblock.firstMetaGroup) return superblock.firstDataBlock + 1 + index;
  const group = index * descriptorsPerBlock(superblock);
  return firstBlockOf(superblock, group) + (hasSuperblockCopy(superblock, group) ? 1 : 0);
}

export function descriptorsPerBlock({ blockBytes, descriptorBytes }: ExtSuperblock): number {
  return blockBytes / descriptorBytes;
}

export function firstBlockOf({ firstDataBlock, blocksPerGroup }: ExtSuperblock, group: number): number {
  return firstDataBlock + group * blocksPerGroup;
}

/** Whether a group begins with a copy of the superblock (kernel: `ext4_bg_has_super`). */
export function hasSuperblockCopy(superblock: ExtSuperblock, group: number): boolean {
  if (group === 0) return true;
  if (superblock.backupGroups) return superblock.backupGroups.includes(group);
  if (group === 1 || !superblock.hasSparseSuper) return true;
  return [3, 5, 7].some((base) => isPowerOf(base, group));
}

function isPowerOf(base: number, value: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}

/** Reads and verifies all group descriptors. @throws {NotTrusted} */
export async function readGroupDescriptors(
  region: DiskRegion,
  superblock: ExtSuperblock,
): Promise<GroupDescriptor[]> {
  const perBlock = descriptorsPerBlock(superblock);
  const descriptors: GroupDescriptor[] = [];
  for (let index = 0; descriptors.length < superblock.groupCount; index += 1) {
    const at = descriptorBlockLocation(superblock, index) * superblock.blockBytes;
    const block = await region.read(at, superblock.blockBytes);
    trust(block.length === superblock.blockBytes, 'its group descriptors lie outside');
    const inBlock = Math.min(perBlock, superblock.groupCount - descriptors.length);
    for (let slot = 0; slot < inBlock; slot += 1) {
      const start = slot * superblock.descriptorBytes;
      const raw = block.subarray(start, start + superblock.descriptorBytes);
      descriptors.push(parseDescriptor(raw, descriptors.length, superblock));
    }
  }
  return descriptors;
}

function parseDescriptor(raw: Buffer, group: number, superblock: ExtSuperblock): GroupDescriptor {
  assertChecksum(raw, group, superblock);
  const isLong = raw.length >= 64;
  const block = (low: number, high: number): number =>
    raw.readUInt32LE(low) + (isLong ? raw.readUInt32LE(high) * 2 ** 32 : 0);
  return {
    blockBitmap: block(0x00, 0x20),
    inodeBitmap: block(0x04, 0x24),
    inodeTable: block(0x08, 0x28),
    freeBlocks: raw.readUInt16LE(0x0c) + (isLong ? raw.readUInt16LE(0x2c) * 65_536 : 0),
    isBlockUninit: (raw.readUInt16LE(0x12) & blockUninitFlag) !== 0,
    bitmapChecksum: raw.readUInt16LE(0x18) + (isLong ? raw.readUInt16LE(0x38) * 65_536 : 0),
  };
}

function assertChecksum(raw: Buffer, group: number, superblock: ExtSuperblock): void {
  const { descriptorChecksum, checksumSeed, uuid } = superblock;
  if (descriptorChecksum === 'none') return;
  const number = Buffer.alloc(4);
  number.writeUInt32LE(group, 0);
  let expected: number;
  if (descriptorChecksum === 'crc32c') {
    const summed = Buffer.from(raw).fill(0, 0x1e, 0x20);
    expected = crc32c(crc32c(checksumSeed, number), summed) & 0xffff;
  } else {
    const head = crc16(crc16(crc16(0xffff, uuid), number), raw.subarray(0, 0x1e));
    expected = raw.length > 0x20 ? crc16(head, raw.subarray(0x20)) : head;
  }
  trust(raw.readUInt16LE(0x1e) === expected, `the checksum of its block group ${group} is wrong`);
}
