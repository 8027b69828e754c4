import type { routes } from '@carrel/contract';
import type { z } from 'zod';
import type { Queries } from '../database/index.ts';
import { invalidCursor, pageOf } from '../database/paging.ts';
import { planNameKey, summaryColumns, summaryOf } from './plan-rows.ts';

type PlanQuery = z.output<typeof routes.listPlans.query>;

/**
 * Plans by name.
 *
 * @throws {REQUEST_INVALID} the cursor names no plan
 */
export async function listPlans(queries: Queries, { name, cursor, limit }: PlanQuery) {
  const after = cursor === undefined ? undefined : await nameKeyOf(queries, cursor);
  const rows = await queries
    .selectFrom('plans')
    .select(summaryColumns)
    .$if(name !== undefined, (select) => select.where('nameKey', '=', planNameKey(name ?? '')))
    .$if(after !== undefined, (select) => select.where('nameKey', '>', after ?? ''))
    .orderBy('nameKey')
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, (row) => row.id, summaryOf);
}

async function nameKeyOf(queries: Queries, cursor: string): Promise<string> {
  const row = await queries.selectFrom('plans').select('nameKey').where('id', '=', cursor).executeTakeFirst();
  if (!row) throw invalidCursor();
  return row.nameKey;
}
