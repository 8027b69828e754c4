import { fail, type PlanSummary, planDocumentSchema, type StoredPlan } from '@carrel/contract';
import type { Id } from '@carrel/kit';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';

/** What a list shows of a plan; the document may weigh megabytes. */
export const summaryColumns = [
  'id',
  'name',
  'description',
  'revision',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
] as const satisfies readonly (keyof Row<'plans'>)[];

export function summaryOf(row: Pick<Row<'plans'>, (typeof summaryColumns)[number]>): PlanSummary {
  return {
    id: row.id as Id<'plan'>,
    name: row.name,
    description: row.description,
    revision: row.revision,
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
    updatedAt: isoTime(row.updatedAt),
    updatedBy: row.updatedBy,
  };
}

export function planOf(row: Row<'plans'>): StoredPlan {
  return { ...summaryOf(row), document: parseJson(planDocumentSchema, row.documentJson) };
}

/** @throws {NOT_FOUND} */
export async function requirePlanRow(queries: Queries, planId: string): Promise<Row<'plans'>> {
  const row = await queries.selectFrom('plans').selectAll().where('id', '=', planId).executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'plan', id: planId });
  return row;
}

/** What makes two names of plans the same. */
export function planNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
