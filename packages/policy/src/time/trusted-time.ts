/** The clocks of a computer at one moment. */
export interface ClockReading {
  /** Wall clock, milliseconds since 1970; anybody may set it. */
  readonly wallMs: number;
  /** Milliseconds since the computer started; may stand still while it sleeps. */
  readonly monotonicMs: number;
  /** Changes at every start of the computer. */
  readonly bootId: string;
}

/** The high-water mark of trusted time, kept on disk. */
export interface TimeMark extends ClockReading {
  /** Server time as best known: at the last contact, plus what has passed since. */
  readonly trustedMs: number;
  /** The last contact, on both scales. */
  readonly contact: { readonly trustedMs: number; readonly wallMs: number };
  /** The longest time since the last contact that either clock has shown. */
  readonly offlineMs: number;
}

/** Contact with the server succeeded: its time is the truth now, also where it is behind what was believed. */
export function markContact(serverMs: number, reading: ClockReading): TimeMark {
  const contact = { trustedMs: serverMs, wallMs: reading.wallMs };
  return { ...reading, trustedMs: serverMs, contact, offlineMs: 0 };
}

export interface TimeAdvance {
  readonly mark: TimeMark;
  /** How far the wall clock was set (or slept) beside the monotonic clock; across starts only if it was set back. */
  readonly stepMs: number;
}

/**
 * Time has passed. While the computer runs, only its monotonic clock counts, so setting the wall clock neither
 * lengthens nor shortens anything. Across a start the wall clock is believed forward only, and the time since the
 * start has passed in any case.
 */
export function advanceTime(mark: TimeMark, reading: ClockReading): TimeAdvance {
  const wallPassedMs = reading.wallMs - mark.wallMs;
  const isSameBoot = reading.bootId === mark.bootId && reading.monotonicMs >= mark.monotonicMs;
  const passedMs = isSameBoot
    ? reading.monotonicMs - mark.monotonicMs
    : Math.max(wallPassedMs, reading.monotonicMs);
  const trustedMs = mark.trustedMs + passedMs;
  const stepMs = wallPassedMs - passedMs;
  return {
    mark: { ...mark, ...reading, trustedMs, offlineMs: offlineAt(mark, trustedMs, reading) },
    stepMs: isSameBoot ? stepMs : Math.min(0, stepMs),
  };
}

/** A clock that once showed a longer time and was set back lengthens nothing. */
function offlineAt({ contact, offlineMs }: TimeMark, trustedMs: number, { wallMs }: ClockReading): number {
  return Math.max(offlineMs, wallMs - contact.wallMs, trustedMs - contact.trustedMs);
}
