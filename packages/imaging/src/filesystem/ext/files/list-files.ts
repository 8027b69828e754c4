import type { DiskRegion } from '../../../source/layout/disk-region.ts';
import { trust } from '../../not-trusted.ts';
import { type FileRun, mapFile } from './block-map.ts';
import { readFolder } from './folder.ts';
import { type ExtVolume, type Inode, type InodeKind, openExtVolume, readInode } from './inode.ts';

/** A file, folder, link or device of a file system. */
export interface ListedFile {
  /** From the root of the file system: `/etc/hosts`. */
  readonly path: string;
  readonly kind: InodeKind;
  readonly sizeBytes: number;
  /** Where its content lies, in 4 KiB blocks of the disk; empty for what has its content in `within`. */
  readonly runs: readonly FileRun[];
  /** Content that lies in the inode: targets of links, device numbers, small files. */
  readonly within: Buffer | undefined;
}

const rootInode = 2;
const maxFiles = 1_000_000;
const maxPathBytes = 4096;
const diskBlockBytes = 4096;

/**
 * Lists the files of an ext2, ext3 or ext4 file system, each path once, reading metadata only: what a folder holds
 * follows it. Reads no more than a sound file system has, whatever the bytes are.
 *
 * @throws {NotTrusted} when it is damaged, in use, or its blocks do not lie on the blocks of the disk
 */
export async function* listExtFiles(region: DiskRegion, signal?: AbortSignal): AsyncGenerator<ListedFile> {
  const volume = await openExtVolume(region);
  const { blockBytes, blockCount } = volume.superblock;
  const isAligned = blockBytes % diskBlockBytes === 0 && region.startBytes % diskBlockBytes === 0;
  trust(isAligned, 'its blocks are smaller than 4 KiB or do not lie on such a boundary');
  const budget = { blocks: blockCount };
  const folders: { path: string; inode: number }[] = [{ path: '', inode: rootInode }];
  const entered = new Set<number>([rootInode]);
  const mapped = new Map<number, readonly FileRun[]>();
  let count = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    const inode = await readInode(volume, folder.inode);
    trust(inode.kind === 'folder', 'a folder is none');
    for (const entry of await readFolder(volume, inode, budget)) {
      count += 1;
      trust(count <= maxFiles, `it has more than ${maxFiles} files`);
      const path = `${folder.path}/${entry.name}`;
      trust(path.length <= maxPathBytes, 'its folders are nested too deeply');
      const found = await readInode(volume, entry.inode);
      if (found.kind === 'folder') {
        trust(!entered.has(entry.inode), 'a folder lies in two places');
        entered.add(entry.inode);
        folders.push({ path, inode: entry.inode });
      }
      yield { path, ...(await contentOf(volume, found, mapped, budget)) };
    }
  }
}

async function contentOf(
  volume: ExtVolume,
  inode: Inode,
  mapped: Map<number, readonly FileRun[]>,
  budget: { blocks: number },
): Promise<Omit<ListedFile, 'path'>> {
  const { kind, sizeBytes } = inode;
  if (kind === 'folder') return { kind, sizeBytes, runs: [], within: undefined };
  if (inode.isInline) return { kind, sizeBytes, runs: [], within: Buffer.concat([inode.map, inode.tail]) };
  const isShortLink = kind === 'link' && sizeBytes < inode.map.length;
  if (kind === 'other' || isShortLink) return { kind, sizeBytes, runs: [], within: Buffer.from(inode.map) };
  const known = mapped.get(inode.number);
  if (known !== undefined) return { kind, sizeBytes, runs: known, within: undefined };
  const perBlock = volume.superblock.blockBytes / diskBlockBytes;
  const first = volume.region.startBytes / diskBlockBytes;
  const runs = (await mapFile(volume, inode, budget)).map((run) => ({
    fileBlock: run.fileBlock * perBlock,
    block: first + run.block * perBlock,
    blocks: run.blocks * perBlock,
  }));
  // One file under several names must not count as several.
  if (inode.links > 1) mapped.set(inode.number, runs);
  return { kind, sizeBytes, runs, within: undefined };
}
