import { writeSync } from 'node:fs';
import { type BlockIdentifier, createBlockIdentifier } from '../format/block-id.ts';
import { blockBytes, frameBlocks, idBytes } from '../format/constants.ts';
import { FormatError } from '../format/format-error.ts';
import { decodeFrame, encodeFrame } from '../format/frame-codec.ts';
import { FrameCompressor } from '../format/frame-compressor.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type {
  DecodedFrames,
  EncodedFrames,
  FrameColumns,
  IdentifiedBlocks,
  PlacedFrames,
  TaskResults,
  WorkerTask,
} from './tasks.ts';

const zeroBlock = Buffer.alloc(blockBytes);
const idWords = idBytes / 4;

/** Does tasks in the calling thread, one at a time. */
export function createTaskRunner(
  keys: ImageKeys,
): (task: WorkerTask) => Promise<TaskResults[keyof TaskResults]> {
  const identify = createBlockIdentifier(keys);
  const compressor = new FrameCompressor();
  let scratch = new Uint8Array(0);
  return async (task) => {
    switch (task.kind) {
      case 'identify':
        return identifyBlocks(identify, task.blocks);
      case 'encode':
        return await encodeFrames(keys, compressor, task.blocks);
      case 'decode':
        return decodeFrames(keys, identify, task);
      case 'place':
        if (scratch.length < bytesOf(task.frames)) scratch = new Uint8Array(bytesOf(task.frames));
        return placeFrames(keys, scratch, task);
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

/** Opens frames into a buffer that has room for all of them. */
function openFrames(
  keys: ImageKeys,
  stored: Uint8Array,
  { blockCounts, storedBytes, ids }: FrameColumns,
  blocks: Uint8Array,
): { readonly bytes: number; readonly badFrame: DecodedFrames['badFrame'] } {
  let [from, to] = [0, 0];
  for (let position = 0; position < blockCounts.length; position += 1) {
    const length = storedBytes[position] ?? 0;
    const id = ids.subarray(position * idBytes, (position + 1) * idBytes);
    try {
      const raw = decodeFrame(keys, id, blockCounts[position] ?? 0, stored.subarray(from, from + length));
      blocks.set(raw, to);
      to += raw.length;
      releaseBuffer(raw);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return { bytes: to, badFrame: { position, reason: error.message } };
    }
    from += length;
  }
  return { bytes: to, badFrame: undefined };
}

function decodeFrames(
  keys: ImageKeys,
  identify: BlockIdentifier,
  task: Extract<WorkerTask, { kind: 'decode' }>,
): DecodedFrames {
  const blocks = new Uint8Array(bytesOf(task.frames));
  const { badFrame } = openFrames(keys, task.stored, task.frames, blocks);
  releaseBuffer(task.stored);
  const isWanted = task.isIdentifying && badFrame === undefined;
  return { blocks, ids: isWanted ? idsOf(identify, blocks) : new Uint32Array(0), badFrame };
}

function placeFrames(
  keys: ImageKeys,
  scratch: Uint8Array,
  task: Extract<WorkerTask, { kind: 'place' }>,
): PlacedFrames {
  const { bytes, badFrame } = openFrames(keys, task.stored, task.frames, scratch);
  releaseBuffer(task.stored);
  const { file, writes } = task;
  try {
    for (let at = 0; at + 2 < writes.length; at += 3) {
      const [from = 0, length = 0, offset = 0] = writes.subarray(at, at + 3);
      // Only what was opened, and so verified, is written.
      const good = Math.min(length, bytes - from);
      for (let done = 0; done < good; ) {
        done += writeSync(file, scratch, from + done, good - done, offset + done);
      }
    }
    return { badFrame, writeError: undefined };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return { badFrame, writeError: { code: String(error.code), message: error.message } };
  }
}

function bytesOf(frames: FrameColumns): number {
  return frames.blockCounts.reduce((sum, count) => sum + count, 0) * blockBytes;
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
