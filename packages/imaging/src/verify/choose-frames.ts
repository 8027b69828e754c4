import type { FrameDirectory } from '../index/frame-directory.ts';

/** How much of a version's frames to look at: a share from 0 to 1 of them, or as many as hold so many stored bytes. */
export type VerifySample = { readonly share: number } | { readonly bytes: number };

/** Chooses frames at random, each at most once; the same number gives the same ones. Ascending; at least one. */
export function chooseFrames(frames: FrameDirectory, sample: VerifySample, seedNumber: number): Uint32Array {
  const order = Uint32Array.from({ length: frames.count }, (_, frame) => frame);
  const random = createRandom(seedNumber);
  const wantedFrames = 'share' in sample ? Math.ceil(sample.share * frames.count) : frames.count;
  const wantedBytes = 'bytes' in sample ? sample.bytes : Number.POSITIVE_INFINITY;
  let [count, bytes] = [0, 0];
  while (count < frames.count && (count === 0 || (count < wantedFrames && bytes < wantedBytes))) {
    const other = count + Math.floor(random() * (frames.count - count));
    const [chosen = 0, here = 0] = [order[other], order[count]];
    order[other] = here;
    order[count] = chosen;
    bytes += frames.storedBytesOf(chosen);
    count += 1;
  }
  return order.slice(0, count).sort();
}

/** Uniform in [0, 1), by Marsaglia's xorshift with 32 bits: enough to choose by, not for secrets. */
function createRandom(seedNumber: number): () => number {
  let state = Math.imul(seedNumber ^ 0x9e37_79b9, 0x85eb_ca6b) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
