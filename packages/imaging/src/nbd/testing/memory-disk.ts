import type { DiskExtent, DiskReader } from '../../disk/disk-reader.ts';
import { joinExtents } from '../../disk/join-extents.ts';

const blockBytes = 4096;

/** A disk in memory whose zero blocks are known; `onRead` may fail a read or make it wait. */
export function memoryDisk(
  content: Uint8Array,
  onRead: (
    offsetBytes: number,
    lengthBytes: number,
    signal?: AbortSignal,
  ) => Promise<void> | undefined = () => undefined,
): DiskReader {
  return {
    sizeBytes: content.length,
    read: async (offsetBytes, lengthBytes, signal) => {
      await onRead(offsetBytes, lengthBytes, signal);
      return content.slice(offsetBytes, offsetBytes + lengthBytes);
    },
    extents: (offsetBytes, lengthBytes) =>
      joinExtents(blocks(content, offsetBytes, offsetBytes + lengthBytes)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function* blocks(content: Uint8Array, from: number, to: number): Iterable<DiskExtent> {
  for (let at = from; at < to; ) {
    const end = Math.min(to, (Math.floor(at / blockBytes) + 1) * blockBytes);
    const kind = content.subarray(at, end).every((byte) => byte === 0) ? 'zero' : 'data';
    yield { offsetBytes: at, lengthBytes: end - at, kind };
    at = end;
  }
}

/** Content where runs of data and of zeros of many lengths take turns, the same for the same seed. */
export function patchyContent(sizeBytes: number, seed = 1): Uint8Array {
  const content = new Uint8Array(sizeBytes);
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  let isData = true;
  for (let at = 0; at < sizeBytes; isData = !isData) {
    const lengthBytes = Math.min(sizeBytes - at, blockBytes * (1 + (next() % 24)));
    if (isData) for (let i = at; i < at + lengthBytes; i += 1) content[i] = next() & 0xff;
    at += lengthBytes;
  }
  return content;
}
