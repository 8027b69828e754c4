import { describe, expect, it } from 'vitest';
import { compress } from '../format/compression.ts';
import { blockBytes } from '../format/constants.ts';
import { deriveImageKeys } from '../format/key-schedule.ts';
import { type Sealed, seal } from '../format/seal.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { openFrames } from './open-frames.ts';

const keys = deriveImageKeys(new Uint8Array(32).fill(5));

function frame(payload: Uint8Array, blocks: number): Sealed & { readonly blocks: number } {
  const context = new Uint8Array(Buffer.concat([Buffer.from('carrel frame 1\0'), Buffer.of(blocks)]));
  return { ...seal(keys.frame, context, payload), blocks };
}

function open(frames: readonly (Sealed & { readonly blocks: number })[]) {
  return openFrames(keys, Buffer.concat(frames.map(({ stored }) => stored)), {
    blockCounts: Uint8Array.from(frames.map(({ blocks }) => blocks)),
    storedBytes: Uint32Array.from(frames.map(({ stored }) => stored.length)),
    ids: new Uint8Array(Buffer.concat(frames.map(({ id }) => id))),
  });
}

const text = (seed: number, blocks: number): Uint8Array =>
  sampleBytes(blocks * blockBytes, seed).fill(seed, 0, 4000);
const packed = (raw: Uint8Array) => frame(compress(raw), raw.length / blockBytes);
const plain = (raw: Uint8Array) => frame(raw, raw.length / blockBytes);

describe('opening frames', () => {
  it.each([
    ['compressed', [packed(text(1, 16)), packed(text(2, 3)), packed(text(3, 16))]],
    ['plain', [plain(text(1, 2)), plain(text(2, 2)), plain(text(3, 1))]],
    [
      'mixed',
      [plain(text(1, 2)), packed(text(2, 16)), packed(text(3, 1)), plain(text(4, 5)), packed(text(5, 2))],
    ],
  ])('gives the blocks of %s frames in order', (_which, frames) => {
    const { blocks, badFrame } = open(frames);
    expect(badFrame).toBeUndefined();
    const expected = frames.map(({ blocks: count }, at) => text(at + 1, count));
    expect(Buffer.from(blocks).equals(Buffer.concat(expected))).toBe(true);
  });

  it('names the first that is not authentic, and gives those before it', () => {
    const frames = [packed(text(1, 4)), packed(text(2, 4)), packed(text(3, 4))];
    const second = frames[1]?.stored;
    if (second) second[10] = (second[10] ?? 0) ^ 1;
    const { blocks, badFrame } = open(frames);
    expect(badFrame).toMatchObject({ position: 1, reason: 'it is not authentic' });
    expect(Buffer.from(blocks.subarray(0, 4 * blockBytes)).equals(text(1, 4))).toBe(true);
  });

  it.each([
    ['that does not decompress', frame(new Uint8Array(500).fill(7), 4)],
    ['of another length', frame(compress(text(9, 5)), 4)],
  ])('names an authentic one %s', (_which, bad) => {
    const { blocks, badFrame } = open([packed(text(1, 4)), plain(text(2, 1)), bad, packed(text(3, 4))]);
    expect(badFrame?.position).toBe(2);
    const good = Buffer.concat([text(1, 4), text(2, 1)]);
    expect(Buffer.from(blocks.subarray(0, good.length)).equals(good)).toBe(true);
  });
});
