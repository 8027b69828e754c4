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
  readonly frames: number;
  readonly stored: Uint8Array<ArrayBuffer>;
  readonly columns: FrameColumns;
}

/** Neighbours that are kept together in one buffer, or passed over. */
interface Segment {
  readonly firstFrame: number;
  frames: number;
  bytes: number;
  readonly isKept: boolean;
}

// A batch is opened at once by one thread; what compresses well must not become large.
const batchBytes = 512 * 1024;
const batchBlocks = 256;

/**
 * Streams frames of a pack in batches of about half a megabyte; frames that are not wanted are left out. Complete
 * frames that came before a failure are given before it is thrown.
 */
export async function* readFrames(
  index: ImageIndex,
  range: FrameRange,
  source: Pick<RepositoryReader, 'readBlob' | 'location'>,
  options: ReadOptions,
  isWanted: (frame: number) => boolean = () => true,
): AsyncGenerator<StoredFrames, void, undefined> {
  const pack = index.packs[range.pack];
  const digest = pack?.digest ?? '';
  const segments = segmentsOf(index, range, isWanted);
  const filling = new Filling(segments);
  const { offsetBytes, lengthBytes } = range;
  const stretch = { offsetBytes, lengthBytes, blobBytes: pack?.sizeBytes };
  try {
    for await (const bytes of source.readBlob(digest, stretch, options)) {
      for (let from = 0; from < bytes.length; ) {
        if (filling.isDone) throw damaged(`Pack ${digest}`, source.location, 'more came than was asked for');
        from += filling.take(bytes.subarray(from));
        const full = filling.takeFull();
        if (full) yield { ...full, columns: columnsOf(index, full.firstFrame, full.frames) };
      }
      releaseBuffer(bytes);
    }
  } catch (error) {
    const rest = filling.takeComplete(index);
    if (rest) yield { ...rest, columns: columnsOf(index, rest.firstFrame, rest.frames) };
    throw error;
  }
  if (!filling.isDone) throw damaged(`Pack ${digest}`, source.location, 'it is shorter than its size');
}

/** Fills one segment after the other with what comes. */
class Filling {
  readonly #segments: Iterator<Segment, void, undefined>;
  #segment: Segment | undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #filledBytes = 0;

  constructor(segments: Iterator<Segment, void, undefined>) {
    this.#segments = segments;
    this.#next();
  }

  get isDone(): boolean {
    return this.#segment === undefined;
  }

  /** Takes what the present segment has room for; returns how much that is. */
  take(bytes: Uint8Array): number {
    if (this.#segment === undefined) return 0;
    const part = bytes.subarray(0, this.#segment.bytes - this.#filledBytes);
    this.#buffer?.set(part, this.#filledBytes);
    this.#filledBytes += part.length;
    return part.length;
  }

  /** The present segment when it is full and kept; goes on to the next one when it is full. */
  takeFull(): Omit<StoredFrames, 'columns'> | undefined {
    if (this.#segment === undefined || this.#filledBytes < this.#segment.bytes) return undefined;
    const { firstFrame, frames } = this.#segment;
    const stored = this.#buffer;
    this.#next();
    return stored && { firstFrame, frames, stored };
  }

  /** The complete frames of a segment that will not become full. */
  takeComplete(index: ImageIndex): Omit<StoredFrames, 'columns'> | undefined {
    if (this.#segment === undefined || this.#buffer === undefined) return undefined;
    const { firstFrame } = this.#segment;
    let [frames, bytes] = [0, 0];
    for (;;) {
      const next = bytes + index.frames.storedBytesOf(firstFrame + frames);
      if (next > this.#filledBytes || frames === this.#segment.frames) break;
      [frames, bytes] = [frames + 1, next];
    }
    return frames === 0 ? undefined : { firstFrame, frames, stored: this.#buffer.slice(0, bytes) };
  }

  #next(): void {
    const next = this.#segments.next();
    this.#segment = next.done === true ? undefined : next.value;
    this.#buffer = this.#segment?.isKept === true ? new Uint8Array(this.#segment.bytes) : undefined;
    this.#filledBytes = 0;
  }
}

function* segmentsOf(
  { frames }: ImageIndex,
  range: FrameRange,
  isWanted: (frame: number) => boolean,
): Generator<Segment, void, undefined> {
  let open: Segment | undefined;
  let blocks = 0;
  for (let frame = range.firstFrame; frame < range.firstFrame + range.frames; frame += 1) {
    const isKept = isWanted(frame);
    const isFull = open !== undefined && (open.bytes >= batchBytes || blocks >= batchBlocks);
    if (open && (open.isKept !== isKept || (isKept && isFull))) {
      yield open;
      open = undefined;
    }
    if (open === undefined) blocks = 0;
    open ??= { firstFrame: frame, frames: 0, bytes: 0, isKept };
    blocks += frames.firstBlockOf(frame + 1) - frames.firstBlockOf(frame);
    open.frames += 1;
    open.bytes += frames.storedBytesOf(frame);
  }
  if (open) yield open;
}

/** What is needed to open frames. */
function columnsOf(index: ImageIndex, firstFrame: number, count: number): FrameColumns {
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
