import type { CatalogFrame } from './frame-catalog.ts';

/** A frame and the bytes that came for it, not verified yet. */
export interface ArrivedFrame {
  readonly frame: CatalogFrame;
  readonly stored: Uint8Array<ArrayBuffer>;
}

/** Cuts a stream into frames that lie side by side; ends early when the stream does, and ignores what comes after. */
export async function* splitFrames(
  frames: readonly CatalogFrame[],
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArrivedFrame, void, undefined> {
  let at = 0;
  let stored = new Uint8Array(frames[0]?.lengthBytes ?? 0);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const frame = frames[at];
      if (frame === undefined) return;
      const part = chunk.subarray(from, from + frame.lengthBytes - filled);
      stored.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < frame.lengthBytes) break;
      yield { frame, stored };
      at += 1;
      filled = 0;
      stored = new Uint8Array(frames[at]?.lengthBytes ?? 0);
    }
  }
}
