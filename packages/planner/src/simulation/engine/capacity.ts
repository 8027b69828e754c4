/** What a line or a disk gives to deliveries, in and out of working hours. */
export interface Capacity {
  readonly workingBytesPerSecond: number;
  readonly offBytesPerSecond: number;
  /** `null`: working hours make no difference here. */
  readonly hours: WorkingHours | null;
}

/** Working hours of a place by its own clock. */
export interface WorkingHours {
  /** Minutes after midnight. */
  readonly startMinute: number;
  /** Minutes after midnight, after the start. */
  readonly endMinute: number;
  /** 0 is Monday. */
  readonly days: readonly number[];
  readonly utcOffsetHours: number;
}

const daySeconds = 86_400;
export const weekSeconds = 7 * daySeconds;
/** Less than any step of a schedule, more than the error of adding times. */
const instantSeconds = 1e-4;

/** When working hours begin and end in every week. */
export class WeekSchedule {
  /** Seconds after Monday 00:00 UTC, ascending, each with what begins there. */
  readonly #changes: readonly { readonly atSeconds: number; readonly isWorking: boolean }[];

  constructor(hours: WorkingHours) {
    const steps = new Map<number, number>();
    const add = (localSeconds: number, step: number): void => {
      const at = modulo(localSeconds - hours.utcOffsetHours * 3600, weekSeconds);
      steps.set(at, (steps.get(at) ?? 0) + step);
    };
    for (const day of new Set(hours.days)) {
      add(day * daySeconds + hours.startMinute * 60, 1);
      add(day * daySeconds + hours.endMinute * 60, -1);
    }
    // A day that ends where the next one begins changes nothing.
    this.#changes = [...steps]
      .filter(([, step]) => step !== 0)
      .map(([atSeconds, step]) => ({ atSeconds, isWorking: step > 0 }))
      .toSorted((a, b) => a.atSeconds - b.atSeconds);
  }

  /** @param atSeconds after any Monday 00:00 UTC */
  isWorkingAt(atSeconds: number): boolean {
    const within = modulo(atSeconds + instantSeconds, weekSeconds);
    const latest = this.#changes.findLast((change) => change.atSeconds <= within) ?? this.#changes.at(-1);
    return latest?.isWorking ?? false;
  }

  /** The first change after a moment; `Infinity` when there is none. */
  nextChange(atSeconds: number): number {
    const within = modulo(atSeconds + instantSeconds, weekSeconds);
    const [first] = this.#changes;
    if (!first) return Infinity;
    const next = this.#changes.find((change) => change.atSeconds > within);
    const weekStart = atSeconds + instantSeconds - within;
    return weekStart + (next?.atSeconds ?? first.atSeconds + weekSeconds);
  }
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
