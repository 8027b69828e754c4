import { trust } from '../../not-trusted.ts';
import { type BlockBudget, mapFile } from './block-map.ts';
import { type ExtVolume, type Inode, readBlock } from './inode.ts';

/** An entry of a folder, other than `.` and `..`. */
export interface FolderEntry {
  readonly name: string;
  readonly inode: number;
}

const headBytes = 8;

/**
 * The entries of a folder. Indexed folders are read block by block too: to whoever does not know the index, its
 * blocks look like unused entries.
 *
 * @throws {NotTrusted}
 */
export async function readFolder(
  volume: ExtVolume,
  inode: Inode,
  budget: BlockBudget,
): Promise<FolderEntry[]> {
  trust(!inode.isInline, 'it has folders within inodes, which are not read here');
  const entries: FolderEntry[] = [];
  for (const run of await mapFile(volume, inode, budget)) {
    for (let block = run.block; block < run.block + run.blocks; block += 1) {
      readEntries(await readBlock(volume, block), entries);
    }
  }
  return entries;
}

function readEntries(block: Buffer, entries: FolderEntry[]): void {
  for (let at = 0; at < block.length; ) {
    trust(at + headBytes <= block.length, 'a folder is damaged');
    const [inode, length] = [block.readUInt32LE(at), entryLength(block.readUInt16LE(at + 4))];
    const nameBytes = block.readUInt8(at + 6);
    const isSound = length >= headBytes && length % 4 === 0 && at + length <= block.length;
    trust(isSound && headBytes + nameBytes <= length, 'a folder is damaged');
    const name = block.toString('utf8', at + headBytes, at + headBytes + nameBytes);
    if (inode !== 0 && name !== '.' && name !== '..') {
      trust(
        name !== '' && !name.includes('/') && !name.includes('\0'),
        'a folder holds a name that cannot be',
      );
      entries.push({ name, inode });
    }
    at += length;
  }
}

/** In blocks of 64 KiB the whole block does not fit into the field. */
function entryLength(stored: number): number {
  return stored === 65_535 || stored === 0 ? 65_536 : stored;
}
