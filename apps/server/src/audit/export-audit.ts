import type { AuditEntry } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { auditEntryOf } from './audit-chain.ts';
import { type AuditFilter, matching } from './audit-filter.ts';

const batch = 500;
const columns = ['sequence', 'time', 'actor', 'action', 'target', 'outcome', 'details', 'hash'] as const;

/**
 * The entries up to the newest one there is now, oldest first, in lines. NDJSON holds every field as it was hashed, so
 * that an export can be verified without the server.
 */
export async function* exportAudit(
  queries: Queries,
  filter: AuditFilter,
  format: 'ndjson' | 'csv',
): AsyncGenerator<string> {
  const head = await queries.selectFrom('auditHead').select('sequence').executeTakeFirstOrThrow();
  if (format === 'csv') yield `${columns.join(',')}\r\n`;
  let last = 0;
  for (;;) {
    const rows = await queries
      .selectFrom('auditEntries')
      .selectAll()
      .where('sequence', '>', last)
      .where('sequence', '<=', head.sequence)
      .where((where) => matching(where, filter))
      .orderBy('sequence')
      .limit(batch)
      .execute();
    if (rows.length === 0) return;
    last = rows.at(-1)?.sequence ?? last;
    yield rows.map((row) => lineOf(auditEntryOf(row), format)).join('');
  }
}

function lineOf(entry: AuditEntry, format: 'ndjson' | 'csv'): string {
  if (format === 'ndjson') return `${JSON.stringify(entry)}\n`;
  const values = columns.map((column) =>
    column === 'details' ? JSON.stringify(entry.details) : String(entry[column]),
  );
  return `${values.map(csvField).join(',')}\r\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula becomes text. */
function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
