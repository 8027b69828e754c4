import type { ImageIndex } from '../index/image-index.ts';

// About half a megabyte: what the guest waits for next must not share the line with what it needs much later.
const framesAtOnce = 16;

/**
 * The frames that a recorded boot reads, in its order, some at a time. Those are fetched together anyway, so they are
 * given by their place, where neighbours share a request.
 *
 * @param isElsewhere stored blocks that need no frame
 */
export function* bootFrames(
  { version, runs, frames }: ImageIndex,
  isElsewhere: (stored: number) => boolean,
): Generator<readonly number[], void, undefined> {
  const seen = new Uint8Array(frames.count);
  let batch: number[] = [];
  for (const [firstBlock, count] of version.root.bootOrder ?? []) {
    for (const run of runs.within(firstBlock, firstBlock + count)) {
      for (let stored = run.stored; stored < run.stored + run.blocks; stored += 1) {
        const frame = frames.frameOf(stored);
        if (seen[frame] === 1 || isElsewhere(stored)) continue;
        seen[frame] = 1;
        batch.push(frame);
        if (batch.length < framesAtOnce) continue;
        yield byPlace(batch);
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield byPlace(batch);
}

function byPlace(frames: readonly number[]): number[] {
  return frames.toSorted((a, b) => a - b);
}
