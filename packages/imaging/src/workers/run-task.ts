import { type BlockIdentifier, createBlockIdentifier } from '../format/block-id.ts';
import { blockBytes, frameBlocks, idBytes } from '../format/constants.ts';
import { FormatError } from '../format/format-error.ts';
import { decodeFrame, encodeFrame } from '../format/frame-codec.ts';
import { FrameCompressor } from '../format/frame-compressor.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { DecodedFrames, EncodedFrames, IdentifiedBlocks, TaskResults, WorkerTask } from './tasks.ts';

const zeroBlock = Buffer.alloc(blockBytes);
const idWords = idBytes / 4;

/** Does tasks in the calling thread, one at a time. */
export function createTaskRunner(
  keys: ImageKeys,
): (task: WorkerTask) => Promise<TaskResults[keyof TaskResults]> {
  const identify = createBlockIdentifier(keys);
  const compressor = new FrameCompressor();
  return async (task) => {
    switch (task.kind) {
      case 'identify':
        return identifyBlocks(identify, task.blocks);
      case 'encode':
        return await encodeFrames(keys, compressor, task.blocks);
      case 'decode':
        return decodeFrames(keys, identify, task);
    }
  };
}

function identifyBlocks(identify: BlockIdentifier, blocks: Uint8Array<ArrayBuffer>): IdentifiedBlocks {
  const count = blocks.length / blockBytes;
  const ids = new Uint32Array(count * idWords);
  const bytes = new Uint8Array(ids.buffer);
  const zeros = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const block = blocks.subarray(index * blockBytes, (index + 1) * blockBytes);
    if (isZero(block)) zeros[index] = 1;
    else bytes.set(identify(block), index * idBytes);
  }
  return { blocks, ids, zeros };
}

/** Most blocks differ from zero in their first bytes, so they are looked at before the whole is compared. */
function isZero(block: Uint8Array): boolean {
  return block[0] === 0 && block[1] === 0 && block[blockBytes - 1] === 0 && zeroBlock.equals(block);
}

async function encodeFrames(
  keys: ImageKeys,
  compressor: FrameCompressor,
  blocks: Uint8Array,
): Promise<EncodedFrames> {
  const frameBytes = frameBlocks * blockBytes;
  const count = Math.ceil(blocks.length / frameBytes);
  const blockCounts = new Uint8Array(count);
  const storedBytes = new Uint32Array(count);
  const ids = new Uint8Array(count * idBytes);
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const raw = blocks.subarray(index * frameBytes, (index + 1) * frameBytes);
    const frame = await encodeFrame(keys, compressor, raw);
    blockCounts[index] = raw.length / blockBytes;
    storedBytes[index] = frame.stored.length;
    ids.set(frame.id, index * idBytes);
    parts.push(frame.stored);
  }
  releaseBuffer(blocks);
  return { stored: join(parts), blockCounts, storedBytes, ids };
}

function decodeFrames(
  keys: ImageKeys,
  identify: BlockIdentifier,
  task: Extract<WorkerTask, { kind: 'decode' }>,
): DecodedFrames {
  const { blockCounts, storedBytes, ids } = task.frames;
  const blockCount = blockCounts.reduce((sum, count) => sum + count, 0);
  const blocks = new Uint8Array(blockCount * blockBytes);
  let [from, to] = [0, 0];
  let badFrame: DecodedFrames['badFrame'];
  for (let position = 0; position < blockCounts.length && badFrame === undefined; position += 1) {
    const length = storedBytes[position] ?? 0;
    const id = ids.subarray(position * idBytes, (position + 1) * idBytes);
    try {
      const raw = decodeFrame(
        keys,
        id,
        blockCounts[position] ?? 0,
        task.stored.subarray(from, from + length),
      );
      blocks.set(raw, to);
      to += raw.length;
      releaseBuffer(raw);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      badFrame = { position, reason: error.message };
    }
    from += length;
  }
  releaseBuffer(task.stored);
  const isWanted = task.isIdentifying && badFrame === undefined;
  return { blocks, ids: isWanted ? idsOf(identify, blocks) : new Uint32Array(0), badFrame };
}

function idsOf(identify: BlockIdentifier, blocks: Uint8Array): Uint32Array<ArrayBuffer> {
  const bytes = new Uint8Array((blocks.length / blockBytes) * idBytes);
  for (let index = 0; index * blockBytes < blocks.length; index += 1) {
    bytes.set(identify(blocks.subarray(index * blockBytes, (index + 1) * blockBytes)), index * idBytes);
  }
  return new Uint32Array(bytes.buffer);
}

/** One buffer of its own, which can be moved to another thread. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let length = 0;
  for (const part of parts) {
    joined.set(part, length);
    length += part.length;
    releaseBuffer(part);
  }
  return joined;
}
