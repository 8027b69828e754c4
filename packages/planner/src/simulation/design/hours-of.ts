import { secondOfDay } from '../../decisions/network/index.ts';
import type { Location } from '../../plan-file/index.ts';
import type { WorkingHours } from '../engine/capacity.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Working hours of a location; `null` where it has none. */
export function hoursOf({ workingHours, utcOffsetHours }: Location): WorkingHours | null {
  const { start, end, days } = workingHours;
  if (days.length === 0 || secondOfDay(end) <= secondOfDay(start)) return null;
  return {
    startMinute: secondOfDay(start) / 60,
    endMinute: secondOfDay(end) / 60,
    days: days.map((day) => weekdays.indexOf(day)),
    utcOffsetHours,
  };
}
