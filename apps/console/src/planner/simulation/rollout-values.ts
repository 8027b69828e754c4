/** A rollout as somebody asks for it. */
export interface RolloutValues {
  readonly kind: 'initial' | 'update';
  /** Names; none: all of them. */
  readonly workspaces: readonly string[];
  /** Days after Monday. */
  readonly day: string;
  /** Of the day, UTC. */
  readonly hour: string;
  readonly seed: number;
  readonly runs: number;
}

export const startDays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map(
  (label, day) => ({ value: String(day), label }),
);

export const startHours = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));

/** Seconds after Monday 00:00 UTC. */
export function rolloutStart({ day, hour }: Pick<RolloutValues, 'day' | 'hour'>): number {
  return (Number(day) * 24 + Number(hour)) * 3600;
}
