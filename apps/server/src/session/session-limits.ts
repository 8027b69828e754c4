import type { Queries } from '../database/index.ts';
import { readSettings } from '../settings/index.ts';

/** How long sessions last, as the settings of the instance have it now. */
export interface SessionLimits {
  /** A session ends when it was not used for this long … */
  readonly idleMs: number;
  /** … and at the latest this long after the sign-in. */
  readonly absoluteMs: number;
}

const minuteMs = 60_000;

export async function readSessionLimits(queries: Queries): Promise<SessionLimits> {
  const values = await readSettings(queries, ['sessions.idleMinutes', 'sessions.absoluteMinutes']);
  return {
    idleMs: values['sessions.idleMinutes'] * minuteMs,
    absoluteMs: values['sessions.absoluteMinutes'] * minuteMs,
  };
}
