import { bytes } from '../../quantities/index.ts';
import { type LinkSchedule, secondsToCarry } from '../network/index.ts';

/** Alike transfers on a line. */
export interface Claim {
  /** Most of them that take a share of the line at the same time. */
  readonly shares: number;
  readonly totalBytes: number;
}

/** A line that transfers share: a link in one direction, what a repository gives out, a computer's own rate. */
export interface SharedLine {
  readonly schedule: LinkSchedule;
  /** The same text for lines that differ by a factor only. */
  readonly shape: string;
  /** What the line carries for each byte of a transfer that it holds back, most first. */
  readonly segments: readonly Segment[];
}

interface Segment {
  /** Bytes of the transfer. */
  readonly length: number;
  /** Bytes on the line for each of them. */
  readonly slope: number;
}

export function sharedLine(schedule: LinkSchedule, claims: readonly Claim[]): SharedLine {
  const ends = claims
    .filter(({ shares, totalBytes }) => shares > 0 && totalBytes > 0)
    .map(({ shares, totalBytes }) => ({ shares, end: totalBytes / shares }))
    .sort((left, right) => left.end - right.end);
  let slope = ends.reduce((sum, { shares }) => sum + shares, 0);
  let from = 0;
  const segments = ends.map(({ shares, end }): Segment => {
    const segment = { length: end - from, slope };
    slope -= shares;
    from = end;
    return segment;
  });
  return { schedule, shape: `${schedule.hours} ${schedule.workingRate / schedule.offRate}`, segments };
}

/**
 * Until a transfer that passes several lines is done, at most. At any time one of the lines is full and gives it as much
 * as anybody else. While a line does so and the transfer gets x bytes, the line carries at most B(x), the sum over its
 * claims of min(shares × x, bytes). Whichever line holds it back when: the worst is what is slowest first, since every B
 * grows ever less.
 *
 * Lines are compared by the hours of one of them: what others carry at least whenever that one does. Each in turn gives
 * such a bound, and the least of them counts. On a single line it is exact.
 *
 * @param size bytes of the transfer
 */
export function secondsAlong(size: number, lines: readonly SharedLine[]): number {
  if (size === 0 || lines.length === 0) return 0;
  const schedules = new Map(lines.map(({ shape, schedule }) => [shape, schedule]));
  return Math.min(...[...schedules.values()].map((schedule) => secondsBy(schedule, size, lines)));
}

function secondsBy(schedule: LinkSchedule, size: number, lines: readonly SharedLine[]): number {
  if (schedule.workingRate === 0 && schedule.offRate === 0) return Number.POSITIVE_INFINITY;
  const segments = lines.flatMap((line) => {
    const speed = speedAgainst(line.schedule, schedule);
    return line.segments.map(({ length, slope }) => ({ length, slope: slope / speed }));
  });
  segments.sort((left, right) => right.slope - left.slope);
  let left = size;
  let carried = 0;
  for (const { length, slope } of segments) {
    const part = Math.min(left, length);
    if (part > 0 && slope > 0) carried += part * slope;
    left -= part;
    if (left <= 0) break;
  }
  return Number.isFinite(carried) ? secondsToCarry(bytes(carried), schedule) : Number.POSITIVE_INFINITY;
}

/** How many times as much as another a line carries at least, at any time when the other carries something. */
function speedAgainst(line: LinkSchedule, other: LinkSchedule): number {
  if (line.hours !== other.hours) {
    return Math.min(line.workingRate, line.offRate) / Math.max(other.workingRate, other.offRate);
  }
  const ratio = (rate: number, otherRate: number): number =>
    otherRate === 0 ? Number.POSITIVE_INFINITY : rate / otherRate;
  return Math.min(ratio(line.workingRate, other.workingRate), ratio(line.offRate, other.offRate));
}
