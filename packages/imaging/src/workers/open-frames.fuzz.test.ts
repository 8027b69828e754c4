import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockBytes, idBytes } from '../format/constants.ts';
import { encodeFrame } from '../format/frame-codec.ts';
import { FrameCompressor } from '../format/frame-compressor.ts';
import { forgersKeys } from '../testing/forged-image.ts';
import { fuzzRuns } from '../testing/fuzz-runs.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { mutated } from '../testing/mutations.ts';
import { openFrames } from './open-frames.ts';

/** How well a frame compresses: to almost nothing, by half, not at all. */
const contents = {
  even: (bytes: number, seed: number) => new Uint8Array(bytes).fill(seed % 256),
  mixed: (bytes: number, seed: number) => sampleBytes(bytes, seed),
  noise: (bytes: number, seed: number) =>
    sampleBytes(bytes + 8192, seed).map((byte, at) => byte ^ (at * 167)),
};

const compressor = new FrameCompressor();

async function makeFrame(blocks: number, kind: keyof typeof contents, seed: number) {
  const raw = contents[kind](blocks * blockBytes, seed).subarray(0, blocks * blockBytes);
  return { raw, blocks, ...(await encodeFrame(forgersKeys, compressor, raw)) };
}
type Frame = Awaited<ReturnType<typeof makeFrame>>;

const samples: Frame[] = [];
for (const kind of ['even', 'mixed', 'noise'] as const) {
  for (const blocks of [1, 2, 3, 7, 15, 16]) samples.push(await makeFrame(blocks, kind, blocks * 31));
}
const frame = fc.constantFrom(...samples);

function open(frames: readonly Frame[], stored: Uint8Array) {
  return openFrames(forgersKeys, stored, {
    blockCounts: Uint8Array.from(frames, ({ blocks }) => blocks),
    storedBytes: Uint32Array.from(frames, (one) => one.stored.length),
    ids: new Uint8Array(Buffer.concat(frames.map(({ id }) => id.subarray(0, idBytes)))),
  });
}

const joined = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

it('frames open to what was sealed, however many together, in memory that can be moved', () => {
  const property = fc.property(fc.array(frame, { minLength: 1, maxLength: 12 }), (frames) => {
    const { blocks, badFrame } = open(frames, joined(frames.map(({ stored }) => stored)));
    expect(badFrame).toBeUndefined();
    expect(joined(frames.map(({ raw }) => raw)).equals(blocks)).toBe(true);
    const moved = structuredClone(blocks, { transfer: [blocks.buffer] });
    expect(moved.length).toBe(frames.reduce((sum, one) => sum + one.raw.length, 0));
  });
  fc.assert(property, fuzzRuns(80));
});

it('one that was changed is found, and those before it are right', () => {
  const change = fc.array(frame, { minLength: 1, maxLength: 8 }).chain((frames) =>
    fc.nat(frames.length - 1).chain((bad) =>
      fc.record({
        frames: fc.constant(frames),
        bad: fc.constant(bad),
        changed: mutated(frames[bad]?.stored ?? new Uint8Array(0)),
      }),
    ),
  );
  const property = fc.property(change, ({ frames, bad, changed }) => {
    const original = frames[bad]?.stored ?? new Uint8Array(0);
    const same = Buffer.concat([changed, Buffer.alloc(original.length)]).subarray(0, original.length);
    if (same.equals(original)) return;
    const parts = frames.map(({ stored }, at) => (at === bad ? same : stored));
    const { blocks, badFrame } = open(frames, joined(parts));
    expect(badFrame?.position).toBe(bad);
    const before = joined(frames.slice(0, bad).map(({ raw }) => raw));
    expect(before.equals(blocks.subarray(0, before.length))).toBe(true);
  });
  fc.assert(property, fuzzRuns(80));
});
