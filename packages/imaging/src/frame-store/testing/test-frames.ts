import { createHash } from 'node:crypto';

const frameBytes = 10_000;

/** A digest that tells packs apart. */
export function testPack(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

/** The frame that belongs at a place, and nowhere else. */
export function testFrame(number: number): { readonly offsetBytes: number; readonly stored: Uint8Array } {
  const mark = createHash('sha256').update(String(number)).digest();
  const stored = new Uint8Array(frameBytes);
  for (let at = 0; at < frameBytes; at += mark.length) stored.set(mark.subarray(0, frameBytes - at), at);
  return { offsetBytes: number * frameBytes, stored };
}

/** Number of the frame that belongs at an offset. */
export function frameNumberAt(offsetBytes: number): number {
  return offsetBytes / frameBytes;
}
