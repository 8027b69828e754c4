import { routes } from '@carrel/contract';
import { numberCursor, pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { auditEntryOf } from './audit-chain.ts';
import { matching } from './audit-filter.ts';
import { exportAudit } from './export-audit.ts';
import { findDamage } from './verify-audit.ts';

const mediaTypes = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const;

export function registerAuditRoutes(router: Router, { database, clock }: Services): void {
  router.handle(routes.listAudit, async ({ query }) => {
    const before = numberCursor(query.cursor);
    const rows = await database.queries
      .selectFrom('auditEntries')
      .selectAll()
      .where((where) => matching(where, query))
      .$if(before !== undefined, (select) => select.where('sequence', '<', before ?? 0))
      .orderBy('sequence', 'desc')
      .limit(query.limit + 1)
      .execute();
    return pageOf(rows, query.limit, (row) => String(row.sequence), auditEntryOf);
  });

  router.handle(routes.exportAudit, async ({ query, change }) => {
    const { format, ...filter } = query;
    // Who took the log out of the house is in it.
    await change(
      () => Promise.resolve(),
      () => ({ details: { format, ...filter } }),
    );
    const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
    return {
      mediaType: mediaTypes[format],
      fileName: `audit-${day}.${format}`,
      content: exportAudit(database.queries, filter, format),
    };
  });

  router.handle(routes.verifyAudit, async ({ query }) => {
    const { sequence, hash } = query;
    const known = sequence === undefined || hash === undefined ? undefined : { sequence, hash };
    const found = await findDamage(database, known);
    if ('damagedSequence' in found) {
      return { isWhole: false, entryCount: 0, headHash: null, damagedSequence: found.damagedSequence };
    }
    const { entryCount, headHash = null } = found;
    return { isWhole: true, entryCount, headHash, damagedSequence: null };
  });
}
