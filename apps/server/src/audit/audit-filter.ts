import type { routes } from '@carrel/contract';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { z } from 'zod';
import { contains } from '../database/like.ts';
import type { Tables } from '../database/tables.ts';

/** Which entries somebody wants to see. */
export type AuditFilter = Omit<z.output<(typeof routes.exportAudit)['query']>, 'format'>;

export function matching(
  where: ExpressionBuilder<Tables, 'auditEntries'>,
  { actor, action, target, outcome, since, until }: AuditFilter,
): ExpressionWrapper<Tables, 'auditEntries', SqlBool> {
  return where.and([
    ...(actor === undefined ? [] : [where('actor', '=', actor)]),
    ...(action === undefined ? [] : [where('action', '=', action)]),
    ...(outcome === undefined ? [] : [where('outcome', '=', outcome)]),
    ...(target === undefined ? [] : [contains(where.fn<string>('lower', ['target']), target.toLowerCase())]),
    ...(since === undefined ? [] : [where('time', '>=', Date.parse(since))]),
    ...(until === undefined ? [] : [where('time', '<', Date.parse(until))]),
  ]);
}
