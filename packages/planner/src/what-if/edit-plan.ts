import { type Finding, type ParsedPlan, type Plan, parsePlan } from '../plan-file/index.ts';
import { formatPlanPath, type PathStep, type PlanEdit } from './plan-path.ts';

/**
 * The plan with fields changed. All edits are tried, and everything that is wrong with them is told; how the parts of
 * the result fit together is `checkPlan`'s.
 */
export function editPlan(plan: Plan, edits: readonly PlanEdit[]): ParsedPlan {
  const findings: Finding[] = [];
  let edited: unknown = plan;
  for (const edit of edits) {
    const changed = withValue(edited, edit.path, edit.value);
    if (changed.reason === undefined) edited = changed.value;
    else findings.push(refusal(edit, changed.reason));
  }
  return findings.length > 0 ? { findings } : parsePlan(edited);
}

function refusal({ path }: PlanEdit, reason: string): Finding {
  return {
    severity: 'error',
    code: 'PLAN_NAME_UNKNOWN',
    path: formatPlanPath(path),
    message: reason,
    remedy: 'Name a field of the plan as in locations[Berlin].uplink.bandwidthMbitPerSecond=50.',
  };
}

type Changed =
  | { readonly value: unknown; readonly reason?: undefined }
  | { readonly value?: undefined; readonly reason: string };

function withValue(present: unknown, path: readonly PathStep[], value: unknown): Changed {
  const [step, ...rest] = path;
  if (step === undefined) return { value };
  if (step.kind === 'row') return withRow(present, step.name, rest, value);
  if (!isObject(present)) return { reason: `There is nothing that could have a field ${step.name}.` };
  if (!Object.hasOwn(present, step.name)) return { reason: `There is no field ${step.name}.` };
  const inner = withValue(present[step.name], rest, value);
  return inner.reason === undefined ? { value: { ...present, [step.name]: inner.value } } : inner;
}

function withRow(present: unknown, name: string, rest: readonly PathStep[], value: unknown): Changed {
  if (!Array.isArray(present)) return { reason: `There is no list in which to look for ${name}.` };
  const rows: readonly unknown[] = present;
  const at = rows.findIndex(
    (row, index) => keyOf(row) === name || (keyOf(row) === undefined && String(index) === name),
  );
  if (at < 0) return { reason: `There is no row ${name}.` };
  const inner = withValue(rows[at], rest, value);
  return inner.reason === undefined ? { value: rows.with(at, inner.value) } : inner;
}

/** What a row is called in a path. */
function keyOf(row: unknown): string | undefined {
  if (!isObject(row)) return undefined;
  const key = row.name ?? row.location;
  return typeof key === 'string' ? key : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
