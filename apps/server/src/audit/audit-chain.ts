import { createHash } from 'node:crypto';
import { type AuditEntry, fail } from '@carrel/contract';
import { z } from 'zod';
import type { Row, Transaction } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';
import { canonicalJson } from './canonical-json.ts';

/** What is to be recorded. `details` must hold no secret. */
export interface NewAuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: AuditEntry['outcome'];
  readonly details: Readonly<Record<string, unknown>>;
}

/** Everything of an entry that its hash covers beside the hash before it. */
type HashedEntry = Omit<AuditEntry, 'hash'>;

const detailsSchema = z.record(z.string(), z.unknown());

/**
 * Appends to the chain, within the transaction of what it tells about. The head is locked until that commits, so
 * entries are numbered without gaps; append last, because others wait.
 */
export async function appendAudit(
  transaction: Transaction,
  nowMs: number,
  entry: NewAuditEntry,
): Promise<void> {
  const head = await transaction
    .updateTable('auditHead')
    .set((expression) => ({ sequence: expression('sequence', '+', 1) }))
    .returning(['sequence', 'hash'])
    .executeTakeFirstOrThrow();
  const [actor, target] = [writable(entry.actor), writable(entry.target)];
  const details = z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(entry.details)));
  const hashed: HashedEntry = {
    ...entry,
    actor,
    target,
    details,
    sequence: head.sequence,
    time: isoTime(nowMs),
  };
  const hash = hashOf(head.hash, hashed);
  await transaction
    .insertInto('auditEntries')
    .values({
      sequence: head.sequence,
      time: nowMs,
      actor,
      action: entry.action,
      target,
      outcome: entry.outcome,
      detailsJson: JSON.stringify(details),
      hash,
    })
    .execute();
  await transaction.updateTable('auditHead').set({ hash }).execute();
}

/**
 * Checks that an entry follows from the one before it.
 *
 * @throws {AUDIT_DAMAGED}
 */
export function checkFollows(previous: { sequence: number; hash: string }, entry: AuditEntry): void {
  const { hash, ...hashed } = entry;
  if (entry.sequence !== previous.sequence + 1 || hash !== hashOf(previous.hash, hashed)) {
    throw fail('AUDIT_DAMAGED', { sequence: previous.sequence + 1 });
  }
}

export function auditEntryOf(row: Row<'auditEntries'>): AuditEntry {
  return {
    sequence: row.sequence,
    time: isoTime(row.time),
    actor: row.actor,
    action: row.action,
    target: row.target,
    outcome: z.enum(['done', 'denied', 'failed']).parse(row.outcome),
    details: parseJson(detailsSchema, row.detailsJson),
    hash: row.hash,
  };
}

/** Both can come from outside: what somebody typed as a name. PostgreSQL stores no NUL, and a line stays a line. */
function writable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD').slice(0, 500);
}

function hashOf(previousHash: string, entry: HashedEntry): string {
  return `sha256:${createHash('sha256').update(previousHash).update(canonicalJson(entry)).digest('hex')}`;
}
