import type { FrameDirectory } from '../index/frame-directory.ts';

/** A run of bytes of one pack to be read with one request. */
export interface FetchRange {
  /** Position of the pack among the packs of the image. */
  readonly pack: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly firstFrame: number;
  /** Frames of the range, in order; those that are not needed are skipped when they arrive. */
  readonly frames: number;
}

type MutableRange = { -readonly [Key in keyof FetchRange]: FetchRange[Key] };

export interface FetchPlan {
  /** In the order of the packs, which is the order of the disk for a fresh image. */
  readonly ranges: readonly FetchRange[];
  readonly downloadBytes: number;
}

// What a line carries is not known beforehand: 100 Mbit/s.
const assumedBytesPerMs = 12_500;
const leastGapBytes = 4 * 1024;
const largestGapBytes = 256 * 1024;

/**
 * How many bytes may as well be read as asked around: what the line carries while a request waits for its answer, the
 * other connections being busy.
 */
export function gapWorthReading(roundTripMs: number, connections: number): number {
  const gapBytes = (roundTripMs * assumedBytesPerMs) / connections;
  return Math.round(Math.min(largestGapBytes, Math.max(leastGapBytes, gapBytes)));
}

/**
 * Merges the frames that are needed into requests. Pure.
 *
 * @param gapBytes needed frames this near are read together
 */
export function planFetch(
  frames: FrameDirectory,
  isNeeded: (frame: number) => boolean,
  gapBytes: number,
): FetchPlan {
  const ranges: FetchRange[] = [];
  for (let pack = 0; pack + 1 < frames.packFrames.length; pack += 1) {
    ranges.push(...planPack(frames, pack, isNeeded, gapBytes));
  }
  return { ranges, downloadBytes: ranges.reduce((sum, range) => sum + range.lengthBytes, 0) };
}

function planPack(
  frames: FrameDirectory,
  pack: number,
  isNeeded: (frame: number) => boolean,
  gapBytes: number,
): FetchRange[] {
  const [first, end] = [frames.packFrames[pack] ?? 0, frames.packFrames[pack + 1] ?? 0];
  const ranges: MutableRange[] = [];
  let last: MutableRange | undefined;
  let offsetBytes = 0;
  for (let frame = first; frame < end; frame += 1) {
    const storedBytes = frames.storedBytesOf(frame);
    if (isNeeded(frame)) {
      if (last === undefined || offsetBytes - last.offsetBytes - last.lengthBytes > gapBytes) {
        last = { pack, offsetBytes, lengthBytes: 0, firstFrame: frame, frames: 0 };
        ranges.push(last);
      }
      last.lengthBytes = offsetBytes + storedBytes - last.offsetBytes;
      last.frames = frame - last.firstFrame + 1;
    }
    offsetBytes += storedBytes;
  }
  return ranges;
}
