import type { Outage } from '@carrel/planner';
import { InvalidArgumentError } from 'commander';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const components: readonly Outage['component'][] = ['server', 'database', 'repository', 'link'];

/** What fails, as named on the command line. */
export interface FailingPart {
  readonly component: Outage['component'];
  /** `undefined` where only the component was named. */
  readonly name: string | undefined;
}

/** `tuesday 09:00` or `tuesday`, in UTC, as seconds after Monday 00:00. */
export function parseWeekTime(text: string): number {
  const [, dayText = '', hours = '0', minutes = '0'] = /^(\p{L}+)(?: (\d{1,2}):(\d{2}))?$/u.exec(text) ?? [];
  const matching = days.filter((day) => day.startsWith(dayText.toLowerCase()));
  const day = dayText.length >= 3 && matching[0] ? days.indexOf(matching[0]) : -1;
  if (day < 0 || Number(hours) > 23 || Number(minutes) > 59) {
    throw new InvalidArgumentError('Expected a day and a time, such as "tuesday 09:00".');
  }
  return ((day * 24 + Number(hours)) * 60 + Number(minutes)) * 60;
}

/** `server`, `server:NAME`, `link:NAME` … */
export function parseFailingPart(text: string): FailingPart {
  const [head = '', ...rest] = text.split(':');
  const component = components.find((known) => known === head);
  if (!component)
    throw new InvalidArgumentError(`Expected one of ${components.join(', ')}, and a name after a colon.`);
  return { component, name: rest.length === 0 ? undefined : rest.join(':') };
}

export function parseHours(text: string): number {
  const hours = Number(text);
  if (!(hours > 0 && hours <= 8784))
    throw new InvalidArgumentError('Expected hours, more than 0 and at most 8784.');
  return hours;
}

/** `tuesday 09:00`, of seconds after a Monday 00:00. */
export function formatWeekTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const day = days[Math.floor(minutes / 1440) % 7] ?? '';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day} ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}
