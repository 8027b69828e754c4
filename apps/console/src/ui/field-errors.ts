import type { z } from 'zod';

/** Errors by the path of the field, `policy.virtualMachine.cpus`; empty when the values are valid. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Judges a form by the schema the server judges it by, and says each fault in words for people. */
export function fieldErrors(schema: z.ZodType, values: unknown): FieldErrors {
  const result = schema.safeParse(values);
  if (result.success) return {};
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) errors[issue.path.join('.')] ??= issueSentence(issue, values);
  return errors;
}

function issueSentence(issue: z.core.$ZodIssue, values: unknown): string {
  const input = valueAt(values, issue.path);
  if (input === '' || input === undefined || input === null) return 'Fill this in.';
  switch (issue.code) {
    case 'too_small':
      return tooSmall(Number(issue.minimum), issue.origin);
    case 'too_big':
      return tooBig(Number(issue.maximum), issue.origin);
    case 'invalid_type':
      return issue.expected === 'int' ? 'Enter a whole number.' : `Enter a ${issue.expected}.`;
    default:
      return sentence(issue.message);
  }
}

function tooSmall(minimum: number, origin: string): string {
  if (origin === 'string') return minimum === 1 ? 'Fill this in.' : `Enter at least ${minimum} characters.`;
  if (origin === 'array') return `At least ${minimum} needed.`;
  return `Enter ${minimum} or more.`;
}

function tooBig(maximum: number, origin: string): string {
  if (origin === 'string') return `Enter at most ${maximum} characters.`;
  if (origin === 'array') return `At most ${maximum} allowed.`;
  return `Enter ${maximum} or less.`;
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
