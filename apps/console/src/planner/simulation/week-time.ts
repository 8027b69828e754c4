/** When something begins in the week, as it is chosen. */
export interface WeekTime {
  /** Days after Monday. */
  readonly day: string;
  /** Of the day, UTC. */
  readonly hour: string;
}

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const weekDays = dayNames.map((label, day) => ({ value: String(day), label }));

export const dayHours = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));

/** Seconds after Monday 00:00 UTC. */
export function secondsOfWeek({ day, hour }: WeekTime): number {
  return (Number(day) * 24 + Number(hour)) * 3600;
}

/** `Tuesday 09:00`, of seconds after a Monday 00:00. */
export function formatWeekTime(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return `${dayNames[Math.floor(hours / 24) % 7] ?? ''} ${dayHours[hours % 24]?.label ?? ''}`;
}
