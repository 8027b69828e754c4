import type { DiskExtent, DiskReader } from '../disk/disk-reader.ts';

/** A disk in memory that reports its zero blocks as zero, where asked to. */
export function memoryDisk(bytes: Uint8Array, reportsZeros = false): DiskReader {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
    async *extents(offset, length): AsyncIterable<DiskExtent> {
      await Promise.resolve();
      if (!reportsZeros) {
        yield { offsetBytes: offset, lengthBytes: length, kind: 'data' };
        return;
      }
      const step = 512;
      for (let at = offset; at < offset + length; at += step) {
        const lengthBytes = Math.min(step, offset + length - at);
        const isZero = bytes.subarray(at, at + lengthBytes).every((byte) => byte === 0);
        yield { offsetBytes: at, lengthBytes, kind: isZero ? 'zero' : 'data' };
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Bytes that look like data: half text that compresses, half noise; the same seed gives the same bytes. */
export function sampleBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2_654_435_761 + 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const isText = Math.floor(at / 8192) % 2 === 0;
    bytes[at] = isText ? 97 + ((state >>> 24) % 5) : state >>> 24;
  }
  return bytes;
}
