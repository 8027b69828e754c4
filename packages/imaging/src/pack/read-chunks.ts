import type { DiskReader } from '../disk/disk-reader.ts';
import { joinExtents } from '../disk/join-extents.ts';
import { blockBytes } from '../format/constants.ts';

const chunkBytes = 1024 * 1024;

/** A run of whole blocks that may hold data. */
export interface ChunkPlace {
  readonly firstBlock: number;
  readonly blocks: number;
}

/** The parts of a disk that may hold data, cut into runs of at most 1 MiB on block boundaries, ascending. */
export async function* dataChunks(
  source: DiskReader,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChunkPlace, void, undefined> {
  const chunkBlocks = chunkBytes / blockBytes;
  let next = 0;
  for await (const extent of joinExtents(source.extents(0, source.sizeBytes, signal))) {
    if (extent.kind === 'zero') continue;
    const end = Math.ceil((extent.offsetBytes + extent.lengthBytes) / blockBytes);
    next = Math.max(next, Math.floor(extent.offsetBytes / blockBytes));
    while (next < end) {
      // Cuts lie at multiples of the chunk size, so that the same disk is cut alike whatever its extents are.
      const boundary = (Math.floor(next / chunkBlocks) + 1) * chunkBlocks;
      const blocks = Math.min(end, boundary) - next;
      yield { firstBlock: next, blocks };
      next += blocks;
    }
  }
}

/** How many bytes of a disk may hold data. */
export async function countDataBytes(source: DiskReader, signal: AbortSignal | undefined): Promise<number> {
  let bytes = 0;
  for await (const extent of source.extents(0, source.sizeBytes, signal)) {
    if (extent.kind === 'data') bytes += extent.lengthBytes;
  }
  return bytes;
}

/** Reads a chunk into a buffer of its own; the part of the last block behind the end of the disk is zero. */
export async function readChunk(
  source: DiskReader,
  place: ChunkPlace,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const offset = place.firstBlock * blockBytes;
  const length = place.blocks * blockBytes;
  const bytes = await source.read(offset, Math.min(length, source.sizeBytes - offset), signal);
  const isOwnBuffer = bytes.length === length && bytes.buffer.byteLength === length;
  if (isOwnBuffer && bytes.buffer instanceof ArrayBuffer) return new Uint8Array(bytes.buffer);
  const copy = new Uint8Array(length);
  copy.set(bytes);
  return copy;
}

const zeroChunk = Buffer.alloc(chunkBytes);

/** Whether all of a chunk is zero. */
export function isZeroChunk(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && zeroChunk.subarray(0, bytes.length).equals(bytes);
}
