import { createHash } from 'node:crypto';
import { fail, type listedEnrolmentTokenSchema, type newEnrolmentTokenSchema } from '@carrel/contract';
import type { z } from 'zod';
import type { Queries, Row, Transaction } from '../../database/index.ts';
import { isoTime } from '../../database/values.ts';

const tokenBytes = 24;
const hourMs = 3_600_000;
/** Of the hash, in hex: enough to tell tokens apart. */
const idLength = 16;

/** Stores a new token's hash. @returns the token, which is shown this once */
export async function createEnrolmentToken(
  queries: Queries,
  input: z.output<typeof newEnrolmentTokenSchema>,
  origin: {
    readonly author: string;
    readonly nowMs: number;
    readonly randomBytes: (count: number) => Uint8Array;
  },
): Promise<{ token: string; expiresAtMs: number }> {
  const token = Buffer.from(origin.randomBytes(tokenBytes)).toString('base64url');
  const expiresAtMs = origin.nowMs + input.validForHours * hourMs;
  await queries
    .insertInto('enrolmentTokens')
    .values({
      tokenHash: hashEnrolmentToken(token),
      maximumUses: input.maximumUses,
      uses: 0,
      expiresAt: expiresAtMs,
      note: input.note,
      createdAt: origin.nowMs,
      createdBy: origin.author,
    })
    .execute();
  return { token, expiresAtMs };
}

/** Uses the token up by one. `false` when it is unknown, used up or expired. */
export async function consumeEnrolmentToken(
  transaction: Transaction,
  tokenHash: string,
  nowMs: number,
): Promise<boolean> {
  const result = await transaction
    .updateTable('enrolmentTokens')
    .set((expression) => ({ uses: expression('uses', '+', 1) }))
    .where('tokenHash', '=', tokenHash)
    .where('expiresAt', '>', nowMs)
    .whereRef('uses', '<', 'maximumUses')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** A token as it is listed. */
export function listedTokenOf(
  row: Row<'enrolmentTokens'>,
  nowMs: number,
): z.input<typeof listedEnrolmentTokenSchema> {
  const isUsedUp = row.uses >= row.maximumUses;
  return {
    id: row.tokenHash.slice(0, idLength),
    note: row.note,
    uses: row.uses,
    maximumUses: row.maximumUses,
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
    expiresAt: isoTime(row.expiresAt),
    state: row.expiresAt <= nowMs ? 'expired' : isUsedUp ? 'used-up' : 'usable',
  };
}

/**
 * Makes a token useless.
 *
 * @returns what it was for
 * @throws {NOT_FOUND}
 */
export async function revokeEnrolmentToken(transaction: Transaction, id: string): Promise<string> {
  const row = await transaction
    .deleteFrom('enrolmentTokens')
    .where('tokenHash', 'like', `${id}%`)
    .returning('note')
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'enrolment token', id });
  return row.note;
}

export function hashEnrolmentToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
