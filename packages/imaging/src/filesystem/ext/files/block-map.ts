import { trust } from '../../not-trusted.ts';
import { type ExtVolume, type Inode, readBlock } from './inode.ts';

/** Consecutive blocks of a file in consecutive blocks of the file system. Holes are in no run. */
export interface FileRun {
  readonly fileBlock: number;
  readonly block: number;
  readonly blocks: number;
}

/** How many blocks may still be read or mapped; a sound file system never maps more than it has. */
export interface BlockBudget {
  blocks: number;
}

const extentMagic = 0xf30a;
const extentBytes = 12;
const maxExtentDepth = 5;
// A longer extent is one that was reserved and not written: it reads as zeros.
const longestWritten = 32_768;
const directPointers = 12;

/**
 * Where the content of a file lies, ascending within the file as far as the file system is sound.
 *
 * @param budget lessened by what is mapped
 * @throws {NotTrusted}
 */
export async function mapFile(volume: ExtVolume, inode: Inode, budget: BlockBudget): Promise<FileRun[]> {
  const runs: FileRun[] = [];
  if (inode.hasExtents) await addExtents(volume, inode.map, runs, budget, maxExtentDepth);
  else await addPointers(volume, inode, runs, budget);
  return runs;
}

async function addExtents(
  volume: ExtVolume,
  node: Buffer,
  runs: FileRun[],
  budget: BlockBudget,
  deepest: number,
): Promise<void> {
  trust(node.readUInt16LE(0) === extentMagic, 'the extents of a file are damaged');
  const [entries, depth] = [node.readUInt16LE(2), node.readUInt16LE(6)];
  trust(depth <= deepest && (entries + 1) * extentBytes <= node.length, 'the extents of a file are damaged');
  for (let at = extentBytes; at <= entries * extentBytes; at += extentBytes) {
    const entry = node.subarray(at, at + extentBytes);
    if (depth > 0) {
      spend(budget, 1);
      const child = await readBlock(volume, entry.readUInt16LE(8) * 2 ** 32 + entry.readUInt32LE(4));
      await addExtents(volume, child, runs, budget, depth - 1);
      continue;
    }
    const [fileBlock, blocks] = [entry.readUInt32LE(0), entry.readUInt16LE(4)];
    const block = entry.readUInt16LE(6) * 2 ** 32 + entry.readUInt32LE(8);
    if (blocks <= longestWritten) addRun(volume, runs, { fileBlock, block, blocks }, budget);
  }
}

async function addPointers(
  volume: ExtVolume,
  inode: Inode,
  runs: FileRun[],
  budget: BlockBudget,
): Promise<void> {
  const perBlock = volume.superblock.blockBytes / 4;
  const fileBlocks = Math.ceil(inode.sizeBytes / volume.superblock.blockBytes);
  for (let at = 0; at < directPointers; at += 1)
    addPointer(volume, inode.map.readUInt32LE(at * 4), at, runs, budget);
  let fileBlock = directPointers;
  for (let levels = 1; levels <= 3 && fileBlock < fileBlocks; levels += 1) {
    const pointer = inode.map.readUInt32LE((directPointers + levels - 1) * 4);
    await addIndirect(volume, { pointer, levels, fileBlock }, runs, budget);
    fileBlock += perBlock ** levels;
  }
}

async function addIndirect(
  volume: ExtVolume,
  from: { readonly pointer: number; readonly levels: number; readonly fileBlock: number },
  runs: FileRun[],
  budget: BlockBudget,
): Promise<void> {
  if (from.pointer === 0) return;
  spend(budget, 1);
  const table = await readBlock(volume, from.pointer);
  const perBlock = table.length / 4;
  const span = perBlock ** (from.levels - 1);
  for (let at = 0; at < perBlock; at += 1) {
    const pointer = table.readUInt32LE(at * 4);
    const fileBlock = from.fileBlock + at * span;
    if (from.levels === 1) addPointer(volume, pointer, fileBlock, runs, budget);
    else await addIndirect(volume, { pointer, levels: from.levels - 1, fileBlock }, runs, budget);
  }
}

function addPointer(
  volume: ExtVolume,
  block: number,
  fileBlock: number,
  runs: FileRun[],
  budget: BlockBudget,
): void {
  if (block !== 0) addRun(volume, runs, { fileBlock, block, blocks: 1 }, budget);
}

function addRun({ superblock }: ExtVolume, runs: FileRun[], run: FileRun, budget: BlockBudget): void {
  if (run.blocks === 0) return;
  trust(run.block > 0 && run.block + run.blocks <= superblock.blockCount, 'a file lies outside');
  spend(budget, run.blocks);
  const last = runs.at(-1);
  const isNext =
    last?.fileBlock === run.fileBlock - (last?.blocks ?? 0) && last.block + last.blocks === run.block;
  if (last !== undefined && isNext) runs[runs.length - 1] = { ...last, blocks: last.blocks + run.blocks };
  else runs.push(run);
}

function spend(budget: BlockBudget, blocks: number): void {
  budget.blocks -= blocks;
  trust(budget.blocks >= 0, 'its files claim more blocks than it has');
}
