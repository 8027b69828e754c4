import { fail, planDocumentSchema } from '@carrel/contract';
import { diffPlans, formatPlanPath, type PlanChange } from '@carrel/planner';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { planOf, requirePlanRow } from './plan-rows.ts';

/** As many changes as an error tells, and as much of each value. */
const toldChanges = 100;
const toldCharacters = 200;

/**
 * Why a change based on a revision cannot be saved: what others changed since. Nothing is told of a revision that is
 * kept no more.
 *
 * @throws {NOT_FOUND}
 */
export async function planChangedSince(queries: Queries, planId: string, revision: number): Promise<Error> {
  const current = await requirePlanRow(queries, planId);
  const base = await queries
    .selectFrom('planRevisions')
    .select('documentJson')
    .where('planId', '=', planId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  const changes = base
    ? diffPlans(parseJson(planDocumentSchema, base.documentJson), planOf(current).document)
    : [];
  return fail('PLAN_CHANGED', {
    author: current.updatedBy,
    currentVersion: current.revision,
    changes: changes.slice(0, toldChanges).map(rowOf),
  });
}

function rowOf({ path, before, after }: PlanChange) {
  return { field: formatPlanPath(path), before: shown(before), after: shown(after) };
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > toldCharacters ? `${text.slice(0, toldCharacters)}…` : text;
}
