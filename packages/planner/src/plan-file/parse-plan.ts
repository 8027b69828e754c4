import type { z } from 'zod';
import type { Finding } from './finding.ts';
import { formatPath } from './format-path.ts';
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
  const parsed = planSchema.safeParse(content, { reportInput: true });
  if (parsed.success) return { plan: parsed.data };
  return { findings: parsed.error.issues.flatMap(findingsOf) };
}

type Issue = z.core.$ZodIssue;

function findingsOf(issue: Issue): Finding[] {
  const path = formatPath(issue.path);
  const finding = (at: string, message: string, remedy: string): Finding => ({
    severity: 'error',
    code: 'PLAN_FIELD_INVALID',
    path: at,
    message,
    remedy,
  });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      finding(
        path === '' ? key : `${path}.${key}`,
        `There is no field ${key}${path === '' ? '' : ` in ${path}`}.`,
        'Look for a spelling mistake, or remove it; docs/reference/plan-file.md lists the fields.',
      ),
    );
  }
  const field = path === '' ? 'The plan' : path;
  if (issue.input === undefined) {
    return [finding(path, `${field} is missing.`, `Add it: it ${expectation(issue)}.`)];
  }
  return [finding(path, `${field} is ${shown(issue.input)}.`, `Correct it: it ${expectation(issue)}.`)];
}

/** What a field has to be, to be read behind "it". */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      return `has to be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${lengthUnit(issue.origin)}`;
    case 'too_big':
      return `has to be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${lengthUnit(issue.origin)}`;
    case 'invalid_type':
      return `has to be ${words[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `has to be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    default:
      return issue.message.replace(/^expected /u, 'has to be ');
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

function lengthUnit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return `a list of ${input.length}`;
  if (input === null) return 'empty';
  if (typeof input === 'object') return 'a group of fields';
  const text = JSON.stringify(input) as string | undefined;
  return text === undefined ? typeof input : text.slice(0, 60);
}
