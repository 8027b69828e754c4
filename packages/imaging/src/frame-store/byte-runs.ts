import type { BlobRange } from '../repository/repository.ts';

/** Joins ranges that touch or overlap; the result is ascending, without gaps of zero bytes. */
export function joinRanges(ranges: Iterable<BlobRange>): BlobRange[] {
  const joined: BlobRange[] = [];
  for (const { offsetBytes, lengthBytes } of [...ranges].toSorted((a, b) => a.offsetBytes - b.offsetBytes)) {
    const last = joined.at(-1);
    const end = offsetBytes + lengthBytes;
    if (last !== undefined && offsetBytes <= endOf(last)) {
      joined[joined.length - 1] = {
        offsetBytes: last.offsetBytes,
        lengthBytes: Math.max(end, endOf(last)) - last.offsetBytes,
      };
    } else {
      joined.push({ offsetBytes, lengthBytes });
    }
  }
  return joined;
}

/** Whether all bytes of a range lie within one of these. */
export function coversRange(joined: readonly BlobRange[], range: BlobRange): boolean {
  return joined.some(
    (held) => held.offsetBytes <= range.offsetBytes && endOf(held) >= range.offsetBytes + range.lengthBytes,
  );
}

function endOf(range: BlobRange): number {
  return range.offsetBytes + range.lengthBytes;
}
