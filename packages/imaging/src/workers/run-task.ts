import { writeSync } from 'node:fs';
import { type BlockIdentifier, createBlockIdentifier } from '../format/block-id.ts';
import { blockBytes, idBytes } from '../format/constants.ts';
import { encodeFrame } from '../format/frame-codec.ts';
import { FrameCompressor } from '../format/frame-compressor.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import { cutFrames } from './cut-frames.ts';
import { openFrames } from './open-frames.ts';
import type {
  DecodedFrames,
  EncodedFrames,
  IdentifiedBlocks,
  PlacedFrames,
  TaskResults,
  WorkerTask,
} from './tasks.ts';

const zeroBlock = Buffer.alloc(blockBytes);
const idWords = idBytes / 4;

/** Does a task in the calling thread. Calls must not overlap. */
export type TaskRunner = (task: WorkerTask) => Promise<TaskResults[keyof TaskResults]>;

export function createTaskRunner(keys: ImageKeys): TaskRunner {
  const identify = createBlockIdentifier(keys);
  let compressor: FrameCompressor | undefined;
  return async (task) => {
    switch (task.kind) {
      case 'identify':
        return identifyBlocks(identify, task.blocks);
      case 'encode':
        return await encodeFrames(keys, (compressor ??= new FrameCompressor()), task.blocks);
      case 'decode':
        return decodeFrames(keys, identify, task);
      case 'place':
        return placeFrames(keys, task);
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
  const blockCounts = Uint8Array.from(cutFrames(blocks));
  const storedBytes = new Uint32Array(blockCounts.length);
  const ids = new Uint8Array(blockCounts.length * idBytes);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const [index, count] of blockCounts.entries()) {
    const raw = blocks.subarray(from, from + count * blockBytes);
    const frame = await encodeFrame(keys, compressor, raw);
    storedBytes[index] = frame.stored.length;
    ids.set(frame.id, index * idBytes);
    parts.push(frame.stored);
    from += raw.length;
  }
  releaseBuffer(blocks);
  return { stored: join(parts), blockCounts, storedBytes, ids };
}

function decodeFrames(
  keys: ImageKeys,
  identify: BlockIdentifier,
  task: Extract<WorkerTask, { kind: 'decode' }>,
): DecodedFrames {
  const { blocks, badFrame } = openFrames(keys, task.stored, task.frames);
  releaseBuffer(task.stored);
  const isWanted = task.isIdentifying && badFrame === undefined;
  return { blocks, ids: isWanted ? idsOf(identify, blocks) : new Uint32Array(0), badFrame };
}

function placeFrames(keys: ImageKeys, task: Extract<WorkerTask, { kind: 'place' }>): PlacedFrames {
  const { blocks, badFrame } = openFrames(keys, task.stored, task.frames);
  releaseBuffer(task.stored);
  const { file, writes } = task;
  // Only what was opened, and so verified, is written.
  const goodBlocks = task.frames.blockCounts
    .subarray(0, badFrame?.position)
    .reduce((sum, count) => sum + count, 0);
  try {
    for (let at = 0; at + 2 < writes.length; at += 3) {
      const [from = 0, length = 0, offset = 0] = writes.subarray(at, at + 3);
      const good = Math.min(length, goodBlocks * blockBytes - from);
      for (let done = 0; done < good; ) {
        done += writeSync(file, blocks, from + done, good - done, offset + done);
      }
    }
    return { badFrame, writeError: undefined };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return { badFrame, writeError: { code: String(error.code), message: error.message } };
  } finally {
    releaseBuffer(blocks);
  }
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
