import type { DiskRegion } from '../../source/layout/disk-region.ts';
import { trust } from '../not-trusted.ts';
import type { XfsSuperblock } from './superblock.ts';

const basicBlockBytes = 512;
const recordMagic = 0xfeedbabe;
const unmountFlag = 0x20;
/** A record header tells cycle numbers of 32 KiB of data; longer records have more headers. */
const headerCoversBytes = 32 * 1024;
/** No record is longer: eight buffers of 256 KiB. */
const maxRecordBlocks = (8 * 256 * 1024) / basicBlockBytes;

/** The log as a ring of 512-byte blocks. */
interface Log {
  readonly blockCount: number;
  read(block: number): Promise<Buffer>;
}

/**
 * Makes sure that nothing in the log waits to be replayed: the newest record is the one written at unmounting.
 * The newest end is found as the kernel does (`xlog_find_head`): where the cycle number changes.
 *
 * @throws {NotTrusted}
 */
export async function assertLogClean(region: DiskRegion, superblock: XfsSuperblock): Promise<void> {
  const log = openLog(region, superblock);
  const head = await findHead(log);
  const isClean = head !== undefined && (await endsWithUnmount(log, head));
  trust(isClean, 'its log still has to be replayed (shut the guest down properly)');
}

function openLog(region: DiskRegion, superblock: XfsSuperblock): Log {
  const { logStart, logBlocks, blockBytes, groupBlocks, groupBlocksLog, groupCount } = superblock;
  trust(logStart !== 0, 'its log lies on another disk');
  const group = Math.floor(logStart / 2 ** groupBlocksLog);
  const block = logStart % 2 ** groupBlocksLog;
  const startBytes = (group * groupBlocks + block) * blockBytes;
  const isSound = group < groupCount && block + logBlocks <= groupBlocks && logBlocks > 0;
  trust(isSound, 'its log lies outside');
  return {
    blockCount: (logBlocks * blockBytes) / basicBlockBytes,
    read: async (index) => await region.read(startBytes + index * basicBlockBytes, basicBlockBytes),
  };
}

/** Every block of the log begins with its cycle number; in a record header the magic number comes first. */
async function cycleOf(log: Log, block: number): Promise<number> {
  const bytes = await log.read(block);
  const first = bytes.readUInt32BE(0);
  return first === recordMagic ? bytes.readUInt32BE(4) : first;
}

/** The block after the newest one; `undefined` when the log makes no sense. */
async function findHead(log: Log): Promise<number | undefined> {
  const [first, last] = [await cycleOf(log, 0), await cycleOf(log, log.blockCount - 1)];
  // All of one round: the next block to be written is the first again.
  if (first === last) return first === 0 ? undefined : 0;
  if (last !== 0 && first !== last + 1) return undefined;
  // Blocks up to the newest have the cycle of the first, those after it the one before (or none yet).
  let [newer, older] = [0, log.blockCount - 1];
  while (older - newer > 1) {
    const middle = Math.floor((newer + older) / 2);
    const cycle = await cycleOf(log, middle);
    if (cycle === first) newer = middle;
    else if (cycle === last) older = middle;
    else return undefined;
  }
  return older;
}

/** Looks back from the head for the last record header, and whether it is an unmount record that ends at the head. */
async function endsWithUnmount(log: Log, head: number): Promise<boolean> {
  const reach = Math.min(maxRecordBlocks, log.blockCount);
  for (let back = 1; back <= reach; back += 1) {
    const at = (head - back + log.blockCount) % log.blockCount;
    const header = await log.read(at);
    if (header.readUInt32BE(0) === recordMagic) return await isUnmountRecord(log, header, at, back);
  }
  return false;
}

/** Kernel: `xlog_check_unmount_rec`. */
async function isUnmountRecord(log: Log, header: Buffer, at: number, blocksToHead: number): Promise<boolean> {
  const version = header.readUInt32BE(8);
  const lengthBytes = header.readUInt32BE(12);
  const operations = header.readUInt32BE(40);
  const sizeBytes = version === 2 ? header.readUInt32BE(320) : 0;
  const headerBlocks = sizeBytes > headerCoversBytes ? Math.ceil(sizeBytes / headerCoversBytes) : 1;
  const recordBlocks = headerBlocks + Math.ceil(lengthBytes / basicBlockBytes);
  if (recordBlocks !== blocksToHead || operations !== 1) return false;
  const operation = await log.read((at + headerBlocks) % log.blockCount);
  return (operation.readUInt8(9) & unmountFlag) !== 0;
}
