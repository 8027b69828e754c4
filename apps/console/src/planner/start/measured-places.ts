import type { Measurements } from '@carrel/contract';
import type { PlanInput } from '@carrel/planner';
import { formatNumber } from '../results/format-quantity.ts';

/** Tags of computers to choose locations from, each once whatever its case, by name. */
export function computerTags({ devices }: Measurements): readonly {
  readonly value: string;
  readonly label: string;
}[] {
  const counts = new Map<string, { readonly value: string; readonly count: number }>();
  for (const { tag, count } of devices) {
    if (tag === null) continue;
    const key = tag.toLowerCase();
    const known = counts.get(key);
    counts.set(key, { value: known?.value ?? tag, count: count + (known?.count ?? 0) });
  }
  return [...counts.values()]
    .toSorted((one, other) => one.value.localeCompare(other.value, 'en'))
    .map(({ value, count }) => ({ value, label: `${value} (${formatNumber(count)})` }));
}

/** Whether there is nothing in a plan that a design could rest on. */
export function isEmptyPlan({ locations = [], images = [], workspaces = [] }: PlanInput): boolean {
  return images.length === 0 && workspaces.length === 0 && locations.every(({ users }) => users === 0);
}
