import type { DiskRegion } from '../../../source/layout/disk-region.ts';
import { trust } from '../../not-trusted.ts';
import { type GroupDescriptor, readGroupDescriptors } from '../group-descriptors.ts';
import { type ExtSuperblock, readExtSuperblock } from '../superblock.ts';

export type InodeKind = 'file' | 'folder' | 'link' | 'other';

/** What is needed of an inode (kernel documentation, "ext4 Data Structures: Index Nodes"). */
export interface Inode {
  readonly number: number;
  readonly kind: InodeKind;
  readonly sizeBytes: number;
  /** Names it has. */
  readonly links: number;
  readonly hasExtents: boolean;
  /** The content lies in the inode itself. */
  readonly isInline: boolean;
  /** Blocks, extents, or content: 60 bytes. */
  readonly map: Buffer;
  /** What follows the fields of the inode: attributes, and the rest of inline content. */
  readonly tail: Buffer;
}

/** An ext file system opened for reading its files. */
export interface ExtVolume {
  readonly region: DiskRegion;
  readonly superblock: ExtSuperblock;
  readonly descriptors: readonly GroupDescriptor[];
  readonly cache: BlockCache;
}

const kinds: Readonly<Record<number, InodeKind>> = { 0x8000: 'file', 0x4000: 'folder', 0xa000: 'link' };
const flags = { extents: 0x80000, inline: 0x1000_0000 } as const;
const classicInodeBytes = 128;

/** @throws {NotTrusted} */
export async function openExtVolume(region: DiskRegion): Promise<ExtVolume> {
  const superblock = await readExtSuperblock(region);
  const descriptors = await readGroupDescriptors(region, superblock);
  return { region, superblock, descriptors, cache: new BlockCache(region, superblock.blockBytes) };
}

/** @throws {NotTrusted} when the number or the table lies outside */
export async function readInode(volume: ExtVolume, number: number): Promise<Inode> {
  const { superblock, descriptors, cache } = volume;
  const { inodesPerGroup, inodeBytes, blockBytes } = superblock;
  const group = Math.floor((number - 1) / inodesPerGroup);
  const descriptor = descriptors[group];
  trust(number >= 1 && descriptor !== undefined, 'a folder names a file that cannot exist');
  const at = ((number - 1) % inodesPerGroup) * inodeBytes;
  const block = await readBlock(volume, descriptor.inodeTable + Math.floor(at / blockBytes), cache);
  const raw = block.subarray(at % blockBytes, (at % blockBytes) + inodeBytes);
  const flagBits = raw.readUInt32LE(0x20);
  const kind = kinds[raw.readUInt16LE(0) & 0xf000] ?? 'other';
  const high = kind === 'file' || kind === 'folder' ? raw.readUInt32LE(0x6c) : 0;
  const extraBytes = inodeBytes > classicInodeBytes ? raw.readUInt16LE(0x80) : 0;
  return {
    number,
    kind,
    sizeBytes: raw.readUInt32LE(4) + high * 2 ** 32,
    links: raw.readUInt16LE(0x1a),
    hasExtents: (flagBits & flags.extents) !== 0,
    isInline: (flagBits & flags.inline) !== 0,
    map: raw.subarray(0x28, 0x28 + 60),
    tail: raw.subarray(Math.min(inodeBytes, classicInodeBytes + extraBytes)),
  };
}

/** A block of the file system. @throws {NotTrusted} when it lies outside */
export async function readBlock(
  { superblock, region }: ExtVolume,
  block: number,
  cache?: BlockCache,
): Promise<Buffer> {
  trust(block > 0 && block < superblock.blockCount, 'a block of it lies outside');
  if (cache !== undefined) return await cache.read(block);
  return await region.read(block * superblock.blockBytes, superblock.blockBytes);
}

const cachedBytes = 16 * 1024 * 1024;

/** The blocks of inode tables read last; files of a folder have their inodes together. */
class BlockCache {
  readonly #region: DiskRegion;
  readonly #blockBytes: number;
  readonly #blocks = new Map<number, Buffer>();

  constructor(region: DiskRegion, blockBytes: number) {
    this.#region = region;
    this.#blockBytes = blockBytes;
  }

  async read(block: number): Promise<Buffer> {
    const held = this.#blocks.get(block);
    if (held !== undefined) return held;
    const bytes = await this.#region.read(block * this.#blockBytes, this.#blockBytes);
    trust(bytes.length === this.#blockBytes, 'an inode table lies outside');
    this.#blocks.set(block, bytes);
    const [oldest] = this.#blocks.keys();
    if (oldest !== undefined && this.#blocks.size * this.#blockBytes > cachedBytes)
      this.#blocks.delete(oldest);
    return bytes;
  }
}
