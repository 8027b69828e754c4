import type { AssignmentSettings } from '@carrel/contract';

/*
 * How several grants' values of one setting become one: always the least restrictive. Each combination is associative,
 * commutative but for the choice among equals, and idempotent, so that neither order nor repetition of grants matters.
 */

/** The largest; `null` is without limit. */
export function highest(values: readonly (number | null)[]): number | null {
  return values.reduce((best, value) => (best === null || value === null ? null : Math.max(best, value)), 0);
}

/** What takes something away happens only where every grant asks for it. */
export function isEvery(values: readonly boolean[]): boolean {
  return values.every(Boolean);
}

/** A door is open where any grant opens it. */
export function isSome(values: readonly boolean[]): boolean {
  return values.some(Boolean);
}

type Clipboard = AssignmentSettings['clipboard'];

/** Both directions where one grant gives one and another the other. */
export function combineClipboard(values: readonly Clipboard[]): Clipboard {
  const isToWorkspace = values.some((value) => value === 'to-workspace' || value === 'both');
  const isToHost = values.some((value) => value === 'to-host' || value === 'both');
  if (isToWorkspace) return isToHost ? 'both' : 'to-workspace';
  return isToHost ? 'to-host' : 'none';
}

/** A file is checked only where every grant has a check; among several checks the first counts. */
export function combineCommands(values: readonly (string | null)[]): string | null {
  return values.includes(null) ? null : (values[0] ?? null);
}

/** Every extension of any grant, sorted; `null` is all of them. */
export function combineExtensions(values: readonly (readonly string[] | null)[]): string[] | null {
  const lists = values.filter((value) => value !== null);
  return lists.length < values.length ? null : [...new Set(lists.flat())].sort();
}
