import { idBytes } from '../format/constants.ts';
import { damaged } from '../format/damaged.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { ReadOptions, RepositoryReader } from '../repository/repository.ts';
import type { FrameColumns } from '../workers/tasks.ts';
import type { ImageIndex } from './image-index.ts';

/** Consecutive frames of one pack. */
export interface FrameRange {
  readonly pack: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly firstFrame: number;
  readonly frames: number;
}

/** Consecutive stored frames, not opened yet. */
export interface StoredFrames {
  readonly firstFrame: number;
  readonly stored: Uint8Array<ArrayBuffer>;
  readonly columns: FrameColumns;
}

const batchBytes = 512 * 1024;

/** Streams frames of a pack in batches of about half a megabyte; frames that are not wanted are left out. */
export async function* readFrames(
  index: ImageIndex,
  range: FrameRange,
  source: Pick<RepositoryReader, 'readBlob' | 'location'>,
  options: ReadOptions,
  isWanted: (frame: number) => boolean = () => true,
): AsyncGenerator<StoredFrames, void, undefined> {
  const end = range.firstFrame + range.frames;
  const digest = index.packs[range.pack]?.digest ?? '';
  let batch = new FrameBatch(index, range.firstFrame);
  let filled = 0;
  for await (const bytes of source.readBlob(digest, range, options)) {
    let from = 0;
    while (from < bytes.length) {
      if (batch.nextFrame >= end)
        throw damaged(`Pack ${digest}`, source.location, 'more came than was asked for');
      const length = index.frames.storedBytesOf(batch.nextFrame);
      const part = bytes.subarray(from, from + length - filled);
      batch.append(part);
      filled += part.length;
      from += part.length;
      if (filled < length) break;
      filled = 0;
      const isComplete = batch.finishFrame(isWanted(batch.nextFrame));
      if (!isComplete) continue;
      const done = batch.take();
      if (done !== undefined) yield done;
      batch = new FrameBatch(index, batch.nextFrame);
    }
    releaseBuffer(bytes);
  }
  if (filled > 0 || batch.nextFrame < end) {
    throw damaged(`Pack ${digest}`, source.location, 'it is shorter than its size');
  }
  const rest = batch.take();
  if (rest !== undefined) yield rest;
}

class FrameBatch {
  nextFrame: number;
  storedBytes = 0;
  readonly #index: ImageIndex;
  #firstFrame: number;
  readonly #buffer = new Uint8Array(batchBytes + 2 * 65_536 + 64);
  #length = 0;
  #frames = 0;

  constructor(index: ImageIndex, firstFrame: number) {
    this.#index = index;
    this.#firstFrame = firstFrame;
    this.nextFrame = firstFrame;
  }

  append(part: Uint8Array): void {
    this.#buffer.set(part, this.#length);
    this.#length += part.length;
  }

  /** Ends a frame, dropping it unless it is kept. Tells whether the batch is complete: full, or followed by a gap. */
  finishFrame(isKept: boolean): boolean {
    this.nextFrame += 1;
    if (isKept) {
      this.storedBytes = this.#length;
      this.#frames += 1;
      return this.storedBytes >= batchBytes;
    }
    if (this.#frames > 0) return true;
    this.#length = 0;
    this.#firstFrame = this.nextFrame;
    return false;
  }

  take(): StoredFrames | undefined {
    if (this.#frames === 0) return undefined;
    const columns = columnsOf(this.#index, this.#firstFrame, this.#frames);
    const stored = this.#buffer.slice(0, this.storedBytes);
    releaseBuffer(this.#buffer);
    return { firstFrame: this.#firstFrame, stored, columns };
  }
}

/** What is needed to open frames. */
export function columnsOf(index: ImageIndex, firstFrame: number, count: number): FrameColumns {
  const { frames } = index;
  const blockCounts = new Uint8Array(count);
  const storedBytes = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    blockCounts[at] = frames.firstBlockOf(firstFrame + at + 1) - frames.firstBlockOf(firstFrame + at);
    storedBytes[at] = frames.storedBytesOf(firstFrame + at);
  }
  return {
    blockCounts,
    storedBytes,
    ids: frames.ids.slice(firstFrame * idBytes, (firstFrame + count) * idBytes),
  };
}

/** The frame for people, in errors. */
export function frameName(index: ImageIndex, frame: number): string {
  const { pack, offsetBytes } = index.frames.place(frame);
  return `Frame at byte ${offsetBytes} of pack ${index.packs[pack]?.digest ?? ''}`;
}
