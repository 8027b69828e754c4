import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { crc32c } from '../crc.ts';
import { trust } from '../not-trusted.ts';

/** What is needed of an ext2/3/4 superblock (kernel documentation, "ext4 Data Structures: The Super Block"). */
export interface ExtSuperblock {
  readonly blockBytes: number;
  readonly blockCount: number;
  readonly firstDataBlock: number;
  readonly blocksPerGroup: number;
  readonly inodesPerGroup: number;
  readonly inodeBytes: number;
  readonly groupCount: number;
  readonly descriptorBytes: number;
  readonly reservedGdtBlocks: number;
  /** Groups of descriptors from this on lie in their own groups; `Infinity` without meta_bg. */
  readonly firstMetaGroup: number;
  readonly hasSparseSuper: boolean;
  /** Groups with the two copies that sparse_super2 keeps; `undefined` without it. */
  readonly backupGroups: readonly number[] | undefined;
  readonly descriptorChecksum: 'none' | 'crc16' | 'crc32c';
  readonly checksumSeed: number;
  readonly uuid: Buffer;
}

const incompat = {
  recover: 0x4,
  journalDevice: 0x8,
  metaBg: 0x10,
  is64bit: 0x80,
  checksumSeed: 0x2000,
} as const;
/** Of these we know that they do not change what a block bitmap means. */
const knownIncompat =
  0x2 |
  incompat.metaBg |
  0x40 |
  incompat.is64bit |
  0x100 |
  0x200 |
  0x400 |
  incompat.checksumSeed |
  0x4000 |
  0x8000 |
  0x10000 |
  0x20000;
const roCompat = { sparseSuper: 0x1, gdtChecksum: 0x10, bigalloc: 0x200, metadataChecksum: 0x400 } as const;
const knownRoCompat = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x400 | 0x1000 | 0x2000 | 0x8000;
const compatSparseSuper2 = 0x200;

/** @throws {NotTrusted} when the file system is in use, damaged, or has features that are not known here */
export async function readExtSuperblock(region: DiskRegion): Promise<ExtSuperblock> {
  const raw = await region.read(1024, 1024);
  trust(raw.length === 1024 && raw.readUInt16LE(0x38) === 0xef53, 'its superblock is missing');
  const [incompatBits, roCompatBits] = assertUsable(raw);
  const superblock = describe(raw, incompatBits, roCompatBits);
  if (superblock.descriptorChecksum === 'crc32c') {
    const isIntact = crc32c(0xffffffff, raw.subarray(0, 0x3fc)) === raw.readUInt32LE(0x3fc);
    trust(isIntact, 'the checksum of its superblock is wrong');
  }
  assertSound(superblock, region);
  return superblock;
}

function assertUsable(raw: Buffer): readonly [incompatBits: number, roCompatBits: number] {
  const [incompatBits, roCompatBits] = [raw.readUInt32LE(0x60), raw.readUInt32LE(0x64)];
  const state = raw.readUInt16LE(0x3a);
  trust(
    (incompatBits & incompat.recover) === 0,
    'its journal still has to be replayed (shut the guest down properly)',
  );
  trust((incompatBits & incompat.journalDevice) === 0, 'it is only a journal');
  trust((state & 1) !== 0, 'it was not unmounted (shut the guest down properly)');
  trust((state & 2) === 0, 'it is marked as having errors (check it in the guest)');
  trust(
    (roCompatBits & roCompat.bigalloc) === 0,
    'it allocates in clusters (bigalloc), which is not read here',
  );
  trust(
    (incompatBits & ~knownIncompat) === 0 && (roCompatBits & ~knownRoCompat) === 0,
    'it has features that are not known here',
  );
  trust(raw.readUInt32LE(0x4c) <= 1, 'its revision is not known here');
  return [incompatBits, roCompatBits];
}

function describe(raw: Buffer, incompatBits: number, roCompatBits: number): ExtSuperblock {
  const is64bit = (incompatBits & incompat.is64bit) !== 0;
  const hasMetadataChecksum = (roCompatBits & roCompat.metadataChecksum) !== 0;
  const hasGdtChecksum = (roCompatBits & roCompat.gdtChecksum) !== 0;
  const isDynamic = raw.readUInt32LE(0x4c) === 1;
  const blockCount = raw.readUInt32LE(0x04) + (is64bit ? raw.readUInt32LE(0x150) * 2 ** 32 : 0);
  const firstDataBlock = raw.readUInt32LE(0x14);
  const blocksPerGroup = raw.readUInt32LE(0x20);
  const uuid = Buffer.from(raw.subarray(0x68, 0x78));
  const hasSeed = (incompatBits & incompat.checksumSeed) !== 0;
  const hasSuper2 = (raw.readUInt32LE(0x5c) & compatSparseSuper2) !== 0;
  return {
    blockBytes: 1024 * 2 ** Math.min(raw.readUInt32LE(0x18), 20),
    blockCount,
    firstDataBlock,
    blocksPerGroup,
    inodesPerGroup: raw.readUInt32LE(0x28),
    inodeBytes: isDynamic ? raw.readUInt16LE(0x58) : 128,
    groupCount: Math.ceil((blockCount - firstDataBlock) / blocksPerGroup),
    descriptorBytes: is64bit ? raw.readUInt16LE(0xfe) : 32,
    reservedGdtBlocks: raw.readUInt16LE(0xce),
    firstMetaGroup:
      (incompatBits & incompat.metaBg) !== 0 ? raw.readUInt32LE(0x104) : Number.POSITIVE_INFINITY,
    hasSparseSuper: (roCompatBits & roCompat.sparseSuper) !== 0,
    backupGroups: hasSuper2 ? [raw.readUInt32LE(0x24c), raw.readUInt32LE(0x250)] : undefined,
    descriptorChecksum: hasMetadataChecksum ? 'crc32c' : hasGdtChecksum ? 'crc16' : 'none',
    checksumSeed: hasSeed ? raw.readUInt32LE(0x270) : crc32c(0xffffffff, uuid),
    uuid,
  };
}

function assertSound(superblock: ExtSuperblock, region: DiskRegion): void {
  const { blockBytes, blockCount, blocksPerGroup, descriptorBytes, firstDataBlock, inodeBytes } = superblock;
  const isDescriptorSize = [32, 64, 128, 256, 512, 1024].includes(descriptorBytes);
  const isSound =
    blockBytes <= 65_536 &&
    firstDataBlock === (blockBytes === 1024 ? 1 : 0) &&
    blocksPerGroup > 0 &&
    blocksPerGroup <= blockBytes * 8 &&
    blocksPerGroup % 8 === 0 &&
    isDescriptorSize &&
    inodeBytes >= 128 &&
    inodeBytes <= blockBytes &&
    Number.isSafeInteger(superblock.groupCount) &&
    superblock.groupCount > 0;
  trust(isSound, 'its superblock does not make sense');
  trust(blockCount * blockBytes <= region.sizeBytes, 'it is larger than its partition');
}
