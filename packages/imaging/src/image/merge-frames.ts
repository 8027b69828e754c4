import type { FrameDirectory } from '../index/frame-directory.ts';
import type { FrameRange } from '../index/read-frames.ts';

// Frames this near are read together; a range stays small enough to be answered soon.
const gapBytes = 64 * 1024;
const maxRangeBytes = 4 * 1024 * 1024;

/** Puts frames that lie near each other into one range each, in the order they are given. */
export function mergeFrames(frames: FrameDirectory, wanted: readonly number[]): FrameRange[] {
  const ranges: FrameRange[] = [];
  for (const frame of wanted) {
    const { pack, offsetBytes, storedBytes } = frames.place(frame);
    const last = ranges.at(-1);
    const end = offsetBytes + storedBytes;
    const isNear =
      last?.pack === pack &&
      frame >= last.firstFrame + last.frames &&
      offsetBytes - last.offsetBytes - last.lengthBytes <= gapBytes &&
      end - last.offsetBytes <= maxRangeBytes;
    if (last !== undefined && isNear) {
      const grown = { lengthBytes: end - last.offsetBytes, frames: frame - last.firstFrame + 1 };
      ranges[ranges.length - 1] = { ...last, ...grown };
    } else {
      ranges.push({ pack, offsetBytes, lengthBytes: storedBytes, firstFrame: frame, frames: 1 });
    }
  }
  return ranges;
}
