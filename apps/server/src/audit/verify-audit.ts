import { fail } from '@carrel/contract';
import type { Database } from '../database/index.ts';
import { auditEntryOf, checkFollows } from './audit-chain.ts';

const batch = 500;

/**
 * Walks the whole log and checks that every entry follows from the one before it and that none is missing at the end.
 *
 * @returns how many entries there are
 * @throws {AUDIT_DAMAGED} naming the first entry that does not follow
 */
export async function verifyAudit({ queries }: Pick<Database, 'queries'>): Promise<number> {
  const head = await queries.selectFrom('auditHead').selectAll().executeTakeFirstOrThrow();
  let previous = { sequence: 0, hash: '' };
  while (previous.sequence < head.sequence) {
    const rows = await queries
      .selectFrom('auditEntries')
      .selectAll()
      .where('sequence', '>', previous.sequence)
      .where('sequence', '<=', head.sequence)
      .orderBy('sequence')
      .limit(batch)
      .execute();
    if (rows.length === 0) throw fail('AUDIT_DAMAGED', { sequence: previous.sequence + 1 });
    for (const row of rows) {
      const entry = auditEntryOf(row);
      checkFollows(previous, entry);
      previous = { sequence: entry.sequence, hash: entry.hash };
    }
  }
  if (previous.hash !== head.hash) throw fail('AUDIT_DAMAGED', { sequence: head.sequence });
  return head.sequence;
}
