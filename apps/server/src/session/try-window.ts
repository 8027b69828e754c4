import type { Clock } from '@carrel/kit';

/** How often a subject tried in the window that is open for it. */
export interface TryCount {
  /** This one included. */
  readonly tries: number;
  /** Until the window ends; at least 1. */
  readonly retryAfterSeconds: number;
}

/** Memory stays bounded: beyond this the subjects whose window began longest ago are forgotten. */
const subjectsKept = 10_000;

/** Counts tries of subjects in fixed windows. */
export function createTryWindow(
  clock: Pick<Clock, 'monotonicMs'>,
  windowMs: number,
): { count(subject: string): TryCount } {
  const windows = new Map<string, { startMs: number; tries: number }>();
  return {
    count: (subject) => {
      const nowMs = clock.monotonicMs();
      const known = windows.get(subject);
      const window = known && nowMs - known.startMs < windowMs ? known : { startMs: nowMs, tries: 0 };
      if (window !== known) {
        windows.delete(subject);
        windows.set(subject, window);
        forgetOldest(windows);
      }
      window.tries += 1;
      const retryAfterSeconds = Math.max(1, Math.ceil((window.startMs + windowMs - nowMs) / 1000));
      return { tries: window.tries, retryAfterSeconds };
    },
  };
}

function forgetOldest(windows: Map<string, unknown>): void {
  if (windows.size <= subjectsKept) return;
  const [oldest] = windows.keys();
  if (oldest !== undefined) windows.delete(oldest);
}
