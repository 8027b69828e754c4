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
}

/** Contact with the server succeeded: its time is the truth now. Trusted time still never goes back. */
export function markContact(serverMs: number, reading: ClockReading, previous?: TimeMark): TimeMark {
  const trustedMs = Math.max(serverMs, previous?.contact.trustedMs ?? 0);
  return { ...reading, trustedMs, contact: { trustedMs, wallMs: reading.wallMs } };
}

export interface TimeAdvance {
  readonly mark: TimeMark;
  /** How far the wall clock was set (or slept) beside the monotonic clock; 0 across starts of the computer. */
  readonly stepMs: number;
}

/**
 * Time has passed. While the computer runs, only its monotonic clock counts, so setting the wall clock neither
 * lengthens nor shortens anything. Across a start the wall clock is all there is: it is believed forward only.
 */
export function advanceTime(mark: TimeMark, reading: ClockReading): TimeAdvance {
  const wallPassedMs = reading.wallMs - mark.wallMs;
  const isSameBoot = reading.bootId === mark.bootId && reading.monotonicMs >= mark.monotonicMs;
  const passedMs = isSameBoot ? reading.monotonicMs - mark.monotonicMs : Math.max(0, wallPassedMs);
  return {
    mark: { ...mark, ...reading, trustedMs: mark.trustedMs + passedMs },
    stepMs: isSameBoot ? wallPassedMs - passedMs : 0,
  };
}

/** Time since the last contact: by the wall clock or by trusted time, whichever says longer. */
export function offlineMs(mark: TimeMark): number {
  return Math.max(0, mark.wallMs - mark.contact.wallMs, mark.trustedMs - mark.contact.trustedMs);
}
