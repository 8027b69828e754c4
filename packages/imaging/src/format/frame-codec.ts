import { decompress } from './compression.ts';
import { blockBytes, frameBlocks } from './constants.ts';
import { expectFormat } from './format-error.ts';
import type { FrameCompressor } from './frame-compressor.ts';
import type { ImageKeys } from './key-schedule.ts';
import { releaseBuffer } from './release-buffer.ts';
import { type Sealed, seal, unseal } from './seal.ts';

/** Largest number of bytes a stored frame may have. */
export const maxStoredFrameBytes = frameBlocks * blockBytes + 16;

/** Seals 1 to 16 blocks, compressed by the {@link FrameCompressor}. */
export async function encodeFrame(
  keys: ImageKeys,
  compressor: FrameCompressor,
  blocks: Uint8Array,
): Promise<Sealed> {
  const payload = await compressor.compress(blocks);
  return seal(keys.frame, frameContext(blocks.length / blockBytes), payload);
}

/**
 * Opens a frame and gives its blocks. That it is the frame of this id proves every block in it.
 *
 * @throws {FormatError}
 */
export function decodeFrame(
  keys: ImageKeys,
  id: Uint8Array,
  blockCount: number,
  stored: Uint8Array,
): Uint8Array {
  const payload = unsealFrame(keys, id, blockCount, stored);
  const blocks = decompress(payload, blockCount * blockBytes);
  if (blocks !== payload) releaseBuffer(payload);
  return blocks;
}

/**
 * The payload of a frame: its blocks, or their zstd form when that is shorter.
 *
 * @throws {FormatError} when it is not the frame of this id
 */
export function unsealFrame(
  keys: ImageKeys,
  id: Uint8Array,
  blockCount: number,
  stored: Uint8Array,
): Uint8Array {
  expectFormat(blockCount >= 1 && blockCount <= frameBlocks, 'it has a wrong number of blocks');
  expectFormat(stored.length <= maxStoredFrameBytes, 'it is too long');
  return unseal(keys.frame, frameContext(blockCount), id, stored);
}

const contexts = Array.from(
  { length: frameBlocks + 1 },
  (_, count) => new Uint8Array(Buffer.concat([Buffer.from('carrel frame 1\0'), Buffer.of(count)])),
);

function frameContext(blockCount: number): Uint8Array {
  return contexts[blockCount] ?? new Uint8Array(0);
}
