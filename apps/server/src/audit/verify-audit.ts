import { type AuditEntry, fail } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Database, Row } from '../database/index.ts';
import { auditEntryOf, checkFollows } from './audit-chain.ts';

const batch = 500;

/** An entry as it was once seen, kept where nobody who can change the database can change it. */
export interface KnownEntry {
  readonly sequence: number;
  readonly hash: string;
}

export interface VerifiedAudit {
  readonly entryCount: number;
  /** Hash of the newest entry; `undefined` while there is none. */
  readonly headHash: string | undefined;
}

/**
 * Walks the whole log and checks that every entry follows from the one before it, that none is missing at the end and
 * none was put behind it. Who can write to the database can make a whole new log that holds; a known entry shows that
 * this one is still the one it was.
 *
 * @throws {AUDIT_DAMAGED} naming the first entry that is not what was written
 */
export async function verifyAudit(
  { queries }: Pick<Database, 'queries'>,
  known?: KnownEntry,
): Promise<VerifiedAudit> {
  const head = await queries.selectFrom('auditHead').selectAll().executeTakeFirstOrThrow();
  let previous = { sequence: 0, hash: '' };
  let isKnownFound = known === undefined;
  while (previous.sequence < head.sequence) {
    const rows = await queries
      .selectFrom('auditEntries')
      .selectAll()
      .where('sequence', '>', previous.sequence)
      .where('sequence', '<=', head.sequence)
      .orderBy('sequence')
      .limit(batch)
      .execute();
    if (rows.length === 0) throw damagedAt(previous.sequence + 1);
    for (const row of rows) {
      const entry = readEntry(row, previous.sequence + 1);
      checkFollows(previous, entry);
      previous = { sequence: entry.sequence, hash: entry.hash };
      isKnownFound ||= previous.sequence === known?.sequence && previous.hash === known.hash;
    }
  }
  if (previous.hash !== head.hash) throw damagedAt(head.sequence);
  await requireNothingBehind(queries);
  if (!isKnownFound) throw damagedAt(known?.sequence ?? 1);
  return { entryCount: head.sequence, headHash: head.sequence === 0 ? undefined : head.hash };
}

/** What {@link verifyAudit} finds, a damaged log being an answer, too. @returns the first entry that is damaged */
export async function findDamage(
  database: Pick<Database, 'queries'>,
  known?: KnownEntry,
): Promise<VerifiedAudit | { readonly damagedSequence: number }> {
  try {
    return await verifyAudit(database, known);
  } catch (error) {
    if (!isAppError(error, 'AUDIT_DAMAGED')) throw error;
    return { damagedSequence: z.number().parse(error.details['sequence']) };
  }
}

/** An entry whose row cannot even be read was altered. */
function readEntry(row: Row<'auditEntries'>, expectedSequence: number): AuditEntry {
  try {
    return auditEntryOf(row);
  } catch (error) {
    throw fail('AUDIT_DAMAGED', { sequence: expectedSequence }, error);
  }
}

/** Head and entries of one moment: the log may grow meanwhile. */
async function requireNothingBehind(queries: Database['queries']): Promise<void> {
  const { head, newest } = await queries
    .selectFrom('auditHead')
    .select((expression) => [
      'auditHead.sequence as head',
      expression
        .selectFrom('auditEntries')
        .select(({ fn }) => fn.coalesce(fn.max('auditEntries.sequence'), sql<number>`0`).as('newest'))
        .as('newest'),
    ])
    .executeTakeFirstOrThrow();
  if ((newest ?? 0) > head) throw damagedAt(head + 1);
}

function damagedAt(sequence: number): Error {
  return fail('AUDIT_DAMAGED', { sequence });
}
