import { advanceTime, type ClockReading, markContact, type TimeMark } from '@carrel/policy';
import { z } from 'zod';
import type { Facts } from '../store/facts.ts';

/** Somebody or something set the wall clock. */
export interface ClockStep {
  readonly direction: 'back' | 'forward';
  readonly stepSeconds: number;
}

/** Trusted time: the server's at the last contact, and what has certainly passed since. Kept on disk, sealed. */
export interface TrustedClock {
  /** Milliseconds since 1970. Before the first contact the wall clock has to do. */
  nowMs(): number;
  /** Time since the last contact, 0 before the first. */
  offlineMs(): number;
  /** Trusted time of the last contact. */
  readonly lastContactMs: number | undefined;
  /** The server was reached and said what time it is. */
  contact(serverMs: number): void;
  /** To be called every few seconds. Tells when the wall clock was set since the last call. */
  tick(): ClockStep | undefined;
}

const markSchema = z.object({
  wallMs: z.number(),
  monotonicMs: z.number(),
  bootId: z.string(),
  trustedMs: z.number(),
  contact: z.object({ trustedMs: z.number(), wallMs: z.number() }),
  offlineMs: z.number(),
});
const factName = 'time-mark';

/** Time servers correct clocks by less than this all day; that is no news. */
const smallestStepMs = 5_000;

/** How much trusted time a power cut may cost. */
const saveEveryMs = 30_000;

export function createTrustedClock(facts: Facts, read: () => ClockReading): TrustedClock {
  let mark: TimeMark | undefined = facts.read(factName, markSchema);
  let saved = mark;
  const save = (next: TimeMark): void => {
    facts.write(factName, next);
    saved = next;
  };
  const advance = (): number => {
    if (!mark) return 0;
    const advanced = advanceTime(mark, read());
    mark = advanced.mark;
    return advanced.stepMs;
  };
  let stepMs = 0;

  return {
    nowMs: () => {
      stepMs += advance();
      return mark?.trustedMs ?? read().wallMs;
    },
    offlineMs: () => {
      stepMs += advance();
      return mark?.offlineMs ?? 0;
    },
    get lastContactMs() {
      return mark?.contact.trustedMs;
    },
    contact: (serverMs) => {
      stepMs += advance();
      mark = markContact(serverMs, read());
      save(mark);
    },
    tick: () => {
      stepMs += advance();
      const step = describeStep(stepMs);
      stepMs = step ? 0 : stepMs;
      const isDue = mark && (!saved || step || Math.abs(mark.trustedMs - saved.trustedMs) >= saveEveryMs);
      if (mark && isDue) save(mark);
      return step;
    },
  };
}

function describeStep(stepMs: number): ClockStep | undefined {
  if (Math.abs(stepMs) < smallestStepMs) return undefined;
  return {
    direction: stepMs < 0 ? 'back' : 'forward',
    stepSeconds: Math.round(Math.abs(stepMs) / 1000),
  };
}
