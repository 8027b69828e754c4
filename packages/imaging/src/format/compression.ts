import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FormatError } from './format-error.ts';
import { releaseBuffer } from './release-buffer.ts';

const level = 3;

/** zstd where that is shorter, else the bytes as they are: a payload of the raw length is not compressed. */
export function compress(raw: Uint8Array): Uint8Array {
  const packed = zstdCompressSync(raw, {
    chunkSize: Math.max(raw.length, 1024) + 1024,
    pledgedSrcSize: raw.length,
    params: { [constants.ZSTD_c_compressionLevel]: level },
  });
  if (packed.length < raw.length) return packed;
  releaseBuffer(packed);
  return raw;
}

/**
 * Takes back {@link compress}.
 *
 * @throws {FormatError} when the result is not exactly `rawBytes` long; never allocates much more than that
 */
export function decompress(payload: Uint8Array, rawBytes: number): Uint8Array {
  if (payload.length === rawBytes) return payload;
  let raw: Uint8Array;
  try {
    raw = zstdDecompressSync(payload, {
      chunkSize: Math.max(rawBytes, 64) + 1,
      maxOutputLength: Math.max(rawBytes, 1),
    });
  } catch (cause) {
    throw new FormatError('it does not decompress', { cause });
  }
  if (raw.length !== rawBytes) throw new FormatError('it has another length');
  return raw;
}
