import { routes } from '@carrel/contract';
import { numberCursor, pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { auditEntryOf } from './audit-chain.ts';

export function registerAuditRoutes(router: Router, { database }: Services): void {
  router.handle(routes.listAudit, async ({ query }) => {
    const before = numberCursor(query.cursor);
    const rows = await database.queries
      .selectFrom('auditEntries')
      .selectAll()
      .$if(before !== undefined, (select) => select.where('sequence', '<', before ?? 0))
      .orderBy('sequence', 'desc')
      .limit(query.limit + 1)
      .execute();
    return pageOf(rows, query.limit, (row) => String(row.sequence), auditEntryOf);
  });
}
