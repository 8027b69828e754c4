import type { StoredFrame } from '../image/image-reader.ts';
import type { ImageIndex } from './image-index.ts';
import type { StoredFrames } from './read-frames.ts';

/** Tells of frames that were opened and are what was packed, one by one. */
export function tellFrames(
  index: ImageIndex,
  { firstFrame, frames, stored }: Pick<StoredFrames, 'firstFrame' | 'frames' | 'stored'>,
  onFrame: (frame: StoredFrame) => void,
): void {
  let from = 0;
  for (let frame = firstFrame; frame < firstFrame + frames; frame += 1) {
    const { pack, offsetBytes, storedBytes } = index.frames.place(frame);
    const entry = index.packs[pack];
    const bytes = stored.subarray(from, from + storedBytes);
    from += storedBytes;
    if (entry === undefined) continue;
    onFrame({ packDigest: entry.digest, packBytes: entry.sizeBytes, offsetBytes, stored: bytes });
  }
}
