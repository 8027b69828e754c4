/** Lets work in a thread of its own go at a pace, and end when it is told to. */
export interface Pace {
  /** Whether the work is to end now. */
  readonly isStopped: boolean;
  /** Waits until so many bytes more may be done. Returns early when the work is to end. */
  take(bytes: number): void;
}

const stopWord = 0;

/** A switch that threads share. */
export type StopSwitch = Int32Array<SharedArrayBuffer>;

export function createStopSwitch(): StopSwitch {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Ends the work that goes at a pace of this switch, also when it waits. */
export function stop(stopSwitch: StopSwitch): void {
  Atomics.store(stopSwitch, stopWord, 1);
  Atomics.notify(stopSwitch, stopWord);
}

/**
 * A pace of so many bytes a second; waits block the thread. Only for worker threads.
 *
 * @param rateBytesPerSecond without it, nothing waits
 */
export function createPace(
  stopSwitch: StopSwitch,
  rateBytesPerSecond: number | undefined,
  nowMs: () => number = () => performance.now(),
): Pace {
  let freeAtMs = 0;
  return {
    get isStopped() {
      return Atomics.load(stopSwitch, stopWord) !== 0;
    },
    take: (bytes) => {
      if (rateBytesPerSecond === undefined) return;
      const now = nowMs();
      freeAtMs = Math.max(freeAtMs, now) + (bytes * 1000) / rateBytesPerSecond;
      if (freeAtMs > now) Atomics.wait(stopSwitch, stopWord, 0, freeAtMs - now);
    },
  };
}
