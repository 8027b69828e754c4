import { decompress } from '../format/compression.ts';
import { blockBytes, idBytes } from '../format/constants.ts';
import { FormatError } from '../format/format-error.ts';
import { unsealFrame } from '../format/frame-codec.ts';
import type { ImageKeys } from '../format/key-schedule.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { DecodedFrames, FrameColumns } from './tasks.ts';

type BadFrame = DecodedFrames['badFrame'];

/**
 * Opens stored frames that lie back to back; those before a bad one are given. Neighbours are decompressed together:
 * each call of zstd costs a context that only the garbage collector frees, and more time than a frame itself. All
 * were authenticated one by one before.
 */
export function openFrames(
  keys: ImageKeys,
  stored: Uint8Array,
  { blockCounts, storedBytes, ids }: FrameColumns,
): { readonly blocks: Uint8Array<ArrayBuffer>; readonly badFrame: BadFrame } {
  const payloads: Uint8Array[] = [];
  let from = 0;
  let badFrame: BadFrame;
  for (let position = 0; position < blockCounts.length; position += 1) {
    const length = storedBytes[position] ?? 0;
    const id = ids.subarray(position * idBytes, (position + 1) * idBytes);
    try {
      payloads.push(unsealFrame(keys, id, blockCounts[position] ?? 0, stored.subarray(from, from + length)));
    } catch (error) {
      badFrame = badFrameOf(position, error);
      break;
    }
    from += length;
  }
  const rawBytes = payloads.map((_, position) => (blockCounts[position] ?? 0) * blockBytes);
  try {
    return { blocks: decompressAll(payloads, rawBytes), badFrame };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return decompressOneByOne(payloads, rawBytes);
  } finally {
    payloads.forEach(releaseBuffer);
  }
}

/** @throws {FormatError} when one of them does not decompress, or all together have another length */
function decompressAll(
  payloads: readonly Uint8Array[],
  rawBytes: readonly number[],
): Uint8Array<ArrayBuffer> {
  const isPlain = (at: number): boolean => payloads[at]?.length === rawBytes[at];
  if (payloads.length > 0 && !payloads.some((_, at) => isPlain(at))) {
    const joined = join(payloads);
    const raw = decompress(joined, sum(rawBytes));
    releaseBuffer(joined);
    return ownBuffer(raw);
  }
  const blocks = new Uint8Array(sum(rawBytes));
  let to = 0;
  for (let first = 0; first < payloads.length; ) {
    let end = first + 1;
    while (end < payloads.length && isPlain(end) === isPlain(first)) end += 1;
    const joined = join(payloads.slice(first, end));
    const raw = isPlain(first) ? joined : decompress(joined, sum(rawBytes.slice(first, end)));
    blocks.set(raw, to);
    to += raw.length;
    releaseBuffer(raw);
    releaseBuffer(joined);
    first = end;
  }
  return blocks;
}

/** Finds the bad one. */
function decompressOneByOne(
  payloads: readonly Uint8Array[],
  rawBytes: readonly number[],
): ReturnType<typeof openFrames> {
  const blocks = new Uint8Array(sum(rawBytes));
  let to = 0;
  for (const [position, payload] of payloads.entries()) {
    try {
      const raw = decompress(payload, rawBytes[position] ?? 0);
      blocks.set(raw, to);
      to += raw.length;
    } catch (error) {
      return { blocks, badFrame: badFrameOf(position, error) };
    }
  }
  // Each for itself is good, but not together: no writer makes such frames.
  return { blocks, badFrame: { position: 0, reason: 'it does not decompress with its neighbours' } };
}

function badFrameOf(position: number, error: unknown): BadFrame {
  if (!(error instanceof FormatError)) throw error;
  return { position, reason: error.message };
}

/** The same bytes in memory that nothing else shares, which can be moved to another thread. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength > 2 * Buffer.poolSize;
  // Not slice: of a Buffer that is no copy but a view of the pool, which cannot be moved.
  return isOwn ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(sum(parts.map(({ length }) => length)));
  let length = 0;
  for (const part of parts) {
    joined.set(part, length);
    length += part.length;
  }
  return joined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
