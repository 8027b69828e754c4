import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { crc32c } from '../crc.ts';
import { trust } from '../not-trusted.ts';

/** What is needed of an XFS superblock ("XFS Algorithms & Data Structures", chapter "Superblocks"). Big-endian. */
export interface XfsSuperblock {
  readonly isVersion5: boolean;
  readonly blockBytes: number;
  readonly sectorBytes: number;
  /** Blocks of the data section. */
  readonly blockCount: number;
  readonly groupBlocks: number;
  readonly groupCount: number;
  readonly groupBlocksLog: number;
  /** Where the log begins, as group number and block within. */
  readonly logStart: number;
  readonly logBlocks: number;
  readonly freeBlocks: number;
}

const knownRoCompat = 0x1 | 0x2 | 0x4 | 0x8;
const knownIncompat = 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80;

/** @throws {NotTrusted} */
export async function readXfsSuperblock(region: DiskRegion): Promise<XfsSuperblock> {
  const raw = await region.read(0, 512);
  trust(raw.length === 512 && raw.toString('latin1', 0, 4) === 'XFSB', 'its superblock is missing');
  const version = raw.readUInt16BE(100) & 0xf;
  trust(version === 4 || version === 5, 'its version is not known here');
  trust(raw.readUInt8(126) === 0, 'it is still being made');
  const superblock: XfsSuperblock = {
    isVersion5: version === 5,
    blockBytes: raw.readUInt32BE(4),
    sectorBytes: raw.readUInt16BE(102),
    blockCount: Number(raw.readBigUInt64BE(8)),
    groupBlocks: raw.readUInt32BE(84),
    groupCount: raw.readUInt32BE(88),
    groupBlocksLog: raw.readUInt8(124),
    logStart: Number(raw.readBigUInt64BE(48)),
    logBlocks: raw.readUInt32BE(96),
    freeBlocks: Number(raw.readBigUInt64BE(144)),
  };
  assertSound(superblock, region);
  if (superblock.isVersion5) await assertVersion5(raw, region, superblock.sectorBytes);
  return superblock;
}

async function assertVersion5(raw: Buffer, region: DiskRegion, sectorBytes: number): Promise<void> {
  const isKnown =
    (raw.readUInt32BE(212) & ~knownRoCompat) === 0 && (raw.readUInt32BE(216) & ~knownIncompat) === 0;
  trust(isKnown, 'it needs repair or has features that are not known here');
  trust(raw.readUInt32BE(220) === 0, 'its log still has to be replayed (shut the guest down properly)');
  trust(hasChecksum(await region.read(0, sectorBytes), 224), 'the checksum of its superblock is wrong');
}

function assertSound(superblock: XfsSuperblock, region: DiskRegion): void {
  const { blockBytes, sectorBytes, blockCount, groupBlocks, groupCount, groupBlocksLog } = superblock;
  const isPowerOfTwo = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;
  const isSound =
    isPowerOfTwo(blockBytes) &&
    blockBytes >= 512 &&
    blockBytes <= 65_536 &&
    isPowerOfTwo(sectorBytes) &&
    sectorBytes >= 512 &&
    sectorBytes <= 32_768 &&
    groupBlocks > 0 &&
    groupBlocksLog <= 31 &&
    groupBlocks <= 2 ** groupBlocksLog &&
    groupCount === Math.ceil(blockCount / groupBlocks);
  trust(isSound, 'its superblock does not make sense');
  trust(blockCount * blockBytes <= region.sizeBytes, 'it is larger than its partition');
}

/** Whether the little-endian CRC-32C at `at` is that of the block with the field itself as zero. */
export function hasChecksum(block: Buffer, at: number): boolean {
  const summed = Buffer.from(block).fill(0, at, at + 4);
  return ~crc32c(0xffffffff, summed) >>> 0 === block.readUInt32LE(at);
}
