import { readFile } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import { checkPlan, type Finding, type Plan, parsePlan } from '@carrel/planner';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';

/** A finding with the place in the file where its field is, or where it would be. */
export interface LocatedFinding extends Finding {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A plan file with everything that is to be said about it. */
export interface PlanFile {
  /** `undefined` while a field is not what it may be. */
  readonly plan: Plan | undefined;
  readonly findings: readonly LocatedFinding[];
}

/**
 * Reads a plan from YAML or JSON and checks it: every field first, and where those are right how they fit together.
 *
 * @param path `-` is standard input
 * @throws {FILE_INVALID} not there, or not YAML
 */
export async function inspectPlanFile(path: string): Promise<PlanFile> {
  const text = await readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const parsed = parsePlan(contentOf(path, document));
  const findings = parsed.plan ? checkPlan(parsed.plan) : parsed.findings;
  return {
    plan: parsed.plan,
    findings: findings
      .map((finding) => ({ ...finding, ...placeOf(document, lines, finding.path) }))
      .sort((left, right) => left.line - right.line || left.column - right.column),
  };
}

/**
 * Reads a plan that a design can be made for.
 *
 * @param path `-` is standard input
 * @throws {FILE_INVALID} not there, or not YAML
 * @throws {PLAN_INVALID} it has errors
 */
export async function loadPlan(path: string): Promise<Plan> {
  const { plan, findings } = await inspectPlanFile(path);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (plan && errors.length === 0) return plan;
  throw planInvalid(plan?.name ?? path, errors);
}

/** The refusal of a plan, with all its errors for programs. */
export function planInvalid(name: string, errors: readonly LocatedFinding[]): Error {
  return fail('PLAN_INVALID', {
    name,
    count: errors.length,
    findings: errors.map(({ line, column, code, path, message, remedy }) => ({
      line,
      column,
      code,
      path,
      message,
      remedy,
    })),
  });
}

/**
 * Text of a file.
 *
 * @throws {FILE_INVALID} it cannot be read
 */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path === '-' ? '/dev/stdin' : path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('FILE_INVALID', { path, reason }, error);
  }
}

function contentOf(path: string, document: Document.Parsed): unknown {
  const [error] = document.errors;
  if (error) throw fail('FILE_INVALID', { path, reason: error.message }, error);
  try {
    return document.toJS() as unknown;
  } catch (cause) {
    // Too many aliases, which would grow without end.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('FILE_INVALID', { path, reason }, cause);
  }
}

/** Where a field stands; where it is missing, the place of what it belongs into. */
function placeOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: string,
): { readonly line: number; readonly column: number } {
  const parts = [...path.matchAll(/[^.[\]]+/gu)].map(([part]) => (/^\d+$/u.test(part) ? Number(part) : part));
  for (let length = parts.length; length > 0; length -= 1) {
    const offset = offsetOf(document, parts.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

function offsetOf(document: Document.Parsed, parts: readonly (string | number)[]): number | undefined {
  const parent: unknown = parts.length === 1 ? document.contents : document.getIn(parts.slice(0, -1), true);
  const last = parts.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isNode(key) && String(key) === String(last));
    if (isNode(pair?.key)) return pair.key.range?.[0];
    return undefined;
  }
  const node: unknown = document.getIn(parts, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
