import { type Finding } from './finding.ts';
import { type Plan, planSchema } from './plan-schema.ts';

/** A plan, or everything that keeps it from being one. */
export type ParsedPlan =
  | { readonly plan: Plan; readonly findings?: undefined }
  | { readonly plan?: undefined; readonly findings: readonly Finding[] };

/**
 * Reads a plan from plain data, as YAML or JSON give it, and fills in what it leaves out. Reports every field that is
 * not as it has to be, not only the first. How the parts fit together is `checkPlan`'s.
 */
export function parsePlan(content: unknown): ParsedPlan {
  const parsed = planSchema.safeParse(content);
  if (parsed.success) return { plan: parsed.data };
  return { findings: parsed.error.issues.flatMap(findingsOf) };
}

type Issue = NonNullable<ReturnType<typeof planSchema.safeParse>['error']>['issues'][number];

function findingsOf(issue: Issue): Finding[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      severity: 'error',
      code: 'PLAN_FIELD_INVALID',
      path: path === '' ? key : `${path}.${key}`,
      message: `There is no field ${key}.`,
      remedy: 'Look for a spelling mistake, or remove it; docs/reference/plan-file.md lists the fields.',
    }));
  }
  return [
    {
      severity: 'error',
      code: 'PLAN_FIELD_INVALID',
      path,
      message: `${path === '' ? 'The plan' : path}: ${issue.message}.`,
      remedy: 'Give what the field may hold; docs/reference/plan-file.md lists it.',
    },
  ];
}

/** `locations[3].uplink.to` */
export function formatPath(parts: readonly PropertyKey[]): string {
  return parts
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./u, '');
}
