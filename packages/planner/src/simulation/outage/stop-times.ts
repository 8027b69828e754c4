import type { WorkingTime } from './working-time.ts';

/** How long the agent goes on asking before it takes the server for gone, where offline work is forbidden. */
const retryWindowSeconds = 120;
/** From the limit to the end of the guest, the default of the policy. */
const countdownSeconds = 60;

export interface StopRules {
  /** 0: offline work is forbidden; `null`: no limit. */
  readonly offlineLimitHours: number | null;
  /** Time between two contacts of a client. */
  readonly contactIntervalSeconds: number;
}

/**
 * When somebody stops working because there is no contact from a moment on: at the end of their countdown, or when
 * they want to begin and may not. A computer makes contact while people work there.
 *
 * @param from seconds after a Monday 00:00 UTC at which contact is lost
 * @param contactAge how long before it (or before the end of the last working day) the last contact was
 * @returns seconds after the same Monday; `Infinity` for never
 */
export function stopTime(from: number, contactAge: number, work: WorkingTime, rules: StopRules): number {
  const { offlineLimitHours, contactIntervalSeconds } = rules;
  if (offlineLimitHours === null) return Infinity;
  const isWorking = work.isAt(from);
  const lastContact = work.lastUntil(from) - contactAge;
  if (offlineLimitHours > 0) {
    const due = lastContact + offlineLimitHours * 3600 + countdownSeconds;
    return work.firstFrom(Math.max(from, due));
  }
  if (!isWorking) return work.firstFrom(from);
  const firstFailure = lastContact + contactIntervalSeconds;
  return work.firstFrom(firstFailure + retryWindowSeconds + countdownSeconds);
}
