/** Runs of clear bits among the first `bitCount` bits, lowest bit of each byte first: `[first, count]`. */
export function* clearBitRuns(
  bitmap: Uint8Array,
  bitCount: number,
): Iterable<readonly [first: number, count: number]> {
  let runStart = -1;
  for (let bit = 0; bit < bitCount; bit += 1) {
    const byte = bitmap[bit >> 3] ?? 0xff;
    if (bit % 8 === 0 && bit + 8 <= bitCount && (byte === 0xff || byte === 0)) {
      // A whole byte in one state is the usual case.
      if (byte === 0xff && runStart >= 0) {
        yield [runStart, bit - runStart];
        runStart = -1;
      } else if (byte === 0 && runStart < 0) runStart = bit;
      bit += 7;
      continue;
    }
    const isClear = ((byte >> (bit & 7)) & 1) === 0;
    if (isClear && runStart < 0) runStart = bit;
    if (!isClear && runStart >= 0) {
      yield [runStart, bit - runStart];
      runStart = -1;
    }
  }
  if (runStart >= 0) yield [runStart, bitCount - runStart];
}
