import type { AffectedPeople } from '@carrel/contract';

const mostNamed = 3;

/** How many people, named where they are few: `ada and grace`, `240 people`. */
export function peopleWords({ count, names }: AffectedPeople): string {
  if (count === 0) return 'nobody';
  if (count > mostNamed || names.length < count) return count === 1 ? '1 person' : `${count} people`;
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}
