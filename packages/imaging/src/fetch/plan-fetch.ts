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

export interface FetchPlan {
  /** In the order of the packs, which is the order of the disk for a fresh image. */
  readonly ranges: readonly FetchRange[];
  readonly downloadBytes: number;
}

export interface PlanLimits {
  /** Needed frames this near are read together: what lies between costs less than another request. */
  readonly gapBytes: number;
  /** A pack of which at least this share is needed is read whole. */
  readonly wholePackShare: number;
}

export const defaultPlanLimits: PlanLimits = { gapBytes: 64 * 1024, wholePackShare: 0.7 };

/** Merges the frames that are needed into few requests. Pure. */
export function planFetch(
  frames: FrameDirectory,
  isNeeded: (frame: number) => boolean,
  limits: PlanLimits = defaultPlanLimits,
): FetchPlan {
  const ranges: FetchRange[] = [];
  for (let pack = 0; pack + 1 < frames.packFrames.length; pack += 1) {
    ranges.push(...planPack(frames, pack, isNeeded, limits));
  }
  return { ranges, downloadBytes: ranges.reduce((sum, range) => sum + range.lengthBytes, 0) };
}

function planPack(
  frames: FrameDirectory,
  pack: number,
  isNeeded: (frame: number) => boolean,
  limits: PlanLimits,
): FetchRange[] {
  const [first, end] = [frames.packFrames[pack] ?? 0, frames.packFrames[pack + 1] ?? 0];
  let [neededBytes, packBytes] = [0, 0];
  const needed: number[] = [];
  for (let frame = first; frame < end; frame += 1) {
    packBytes += frames.storedBytesOf(frame);
    if (!isNeeded(frame)) continue;
    neededBytes += frames.storedBytesOf(frame);
    needed.push(frame);
  }
  if (needed.length === 0) return [];
  const gapBytes = neededBytes >= packBytes * limits.wholePackShare ? packBytes : limits.gapBytes;
  const ranges: FetchRange[] = [];
  for (const frame of needed) {
    const { offsetBytes, storedBytes } = frames.place(frame);
    const last = ranges.at(-1);
    if (last !== undefined && offsetBytes - last.offsetBytes - last.lengthBytes <= gapBytes) {
      const lengthBytes = offsetBytes + storedBytes - last.offsetBytes;
      ranges[ranges.length - 1] = { ...last, lengthBytes, frames: frame - last.firstFrame + 1 };
    } else {
      ranges.push({ pack, offsetBytes, lengthBytes: storedBytes, firstFrame: frame, frames: 1 });
    }
  }
  return ranges;
}
