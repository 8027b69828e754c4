const maxStreams = 16;
const firstWindowBytes = 256 * 1024;
// A reader that skips holes is still reading on.
const skippedBytes = 8 * 1024 * 1024;

interface Stream {
  nextOffset: number;
  windowBytes: number;
  /** Up to here was asked for ahead. */
  aheadUntil: number;
}

/** Recognizes reads that follow each other, of several readers at once, and says what to load before it is asked for. */
export class SequentialReads {
  readonly #maxWindowBytes: number;
  /** The one longest without a read first. */
  #streams: Stream[] = [];

  constructor(maxWindowBytes: number) {
    this.#maxWindowBytes = maxWindowBytes;
  }

  /** A read took place; gives what to load ahead, in bytes of the disk, if anything. */
  note(offset: number, length: number): { readonly from: number; readonly to: number } | undefined {
    const end = offset + length;
    const stream = this.#streams.find(
      ({ nextOffset }) => offset >= nextOffset && offset - nextOffset <= skippedBytes,
    );
    this.#streams = this.#streams.filter((other) => other !== stream).slice(1 - maxStreams);
    if (stream === undefined || stream.nextOffset === 0) {
      this.#streams.push({ nextOffset: end, windowBytes: firstWindowBytes, aheadUntil: end });
      return undefined;
    }
    this.#streams.push(stream);
    stream.nextOffset = end;
    const from = Math.max(end, stream.aheadUntil);
    const to = end + stream.windowBytes;
    // In large steps, so that they become large requests.
    if (to - from < stream.windowBytes / 2) return undefined;
    stream.aheadUntil = to;
    stream.windowBytes = Math.min(this.#maxWindowBytes, stream.windowBytes * 2);
    return { from, to };
  }
}
