/** One step on the way to a place in a plan: a field of an object, or the row of that name in a list. */
export type PlanStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'row'; readonly name: string };

/** A value that differs between two plans; `undefined` on the side where it is not there. */
export interface PlanChange {
  readonly path: readonly PlanStep[];
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What differs between two plan documents, as small as it can be told. Rows of a list are told apart by their names, and
 * their order says nothing; a list whose rows have no names of their own is one value.
 */
export function diffPlans(before: unknown, after: unknown): PlanChange[] {
  return diffAt([], before, after);
}

/** A place as people read it: `locations[Berlin].uplink.latencyMs`. */
export function formatPlanPath(path: readonly PlanStep[]): string {
  return path
    .map((step) => (step.kind === 'row' ? `[${step.name}]` : `.${step.name}`))
    .join('')
    .replace(/^\./, '');
}

type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Rows by name; `undefined` where it is no list, or one whose rows cannot be told apart by names. */
export function rowsByName(value: unknown): ReadonlyMap<string, PlainObject> | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = new Map<string, PlainObject>();
  for (const row of value as readonly unknown[]) {
    const name = isPlainObject(row) ? row.name : undefined;
    if (!isPlainObject(row) || typeof name !== 'string' || rows.has(name)) return undefined;
    rows.set(name, row);
  }
  return rows;
}

function diffAt(path: readonly PlanStep[], before: unknown, after: unknown): PlanChange[] {
  if (isPlainObject(before) && isPlainObject(after)) {
    return namesOf(Object.keys(before), Object.keys(after)).flatMap((name) =>
      diffAt([...path, { kind: 'field', name }], before[name], after[name]),
    );
  }
  const [rowsBefore, rowsAfter] = [rowsByName(before), rowsByName(after)];
  if (rowsBefore && rowsAfter) {
    return namesOf(rowsBefore.keys(), rowsAfter.keys()).flatMap((name) =>
      diffAt([...path, { kind: 'row', name }], rowsBefore.get(name), rowsAfter.get(name)),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function namesOf(before: Iterable<string>, after: Iterable<string>): string[] {
  return [...new Set([...before, ...after])];
}
