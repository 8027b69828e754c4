import { isPlainObject, type PlanChange, type PlanStep, rowsByName } from './diff-plans.ts';

/**
 * Makes changes to a plan that others may have changed meanwhile: `applyChanges(theirs, diffPlans(base, mine))` is their
 * plan with one's own changes on top. A change inside a row that is gone is left out; a new row comes last.
 */
export function applyChanges(document: unknown, changes: readonly PlanChange[]): unknown {
  return changes.reduce((changed, { path, after }) => withChange(changed, path, after), document);
}

function withChange(value: unknown, path: readonly PlanStep[], after: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return after;
  return step.kind === 'field'
    ? withField(value, step.name, rest, after)
    : withRow(value, step.name, rest, after);
}

function withField(value: unknown, name: string, rest: readonly PlanStep[], after: unknown): unknown {
  if (!isPlainObject(value)) return value;
  const { [name]: present, ...others } = value;
  const next = withChange(present, rest, after);
  if (next === undefined) return others;
  return { ...value, [name]: next };
}

function withRow(value: unknown, name: string, rest: readonly PlanStep[], after: unknown): unknown {
  const rows = rowsByName(value);
  if (!rows) return value;
  const present = rows.get(name);
  if (present === undefined)
    return rest.length === 0 && after !== undefined ? [...rows.values(), after] : value;
  const next = withChange(present, rest, after);
  return [...rows].flatMap(([each, row]) => (each !== name ? [row] : next === undefined ? [] : [next]));
}
