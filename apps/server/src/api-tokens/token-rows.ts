import { type ApiToken, permissionSchema } from '@carrel/contract';
import type { Id, UserId, WorkspaceId } from '@carrel/kit';
import { z } from 'zod';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, isoTimeOrNull, parseJson } from '../database/values.ts';

/** A permission that a newer server took away is no reason to fail: the token has it no more. */
const permissionsSchema = z
  .array(z.string())
  .transform((names) => names.flatMap((name) => permissionSchema.safeParse(name).data ?? []));
const workspaceIdsSchema = z.array(z.uuid().transform((text) => text as WorkspaceId));

export type TokenRow = Row<'apiTokens'> & { readonly userName: string };

/** Tokens with the names of their users. */
export function tokensQuery(queries: Queries) {
  return queries
    .selectFrom('apiTokens')
    .innerJoin('users', 'users.id', 'apiTokens.userId')
    .selectAll('apiTokens')
    .select('users.userName');
}

/** What the token may do and where, as it was made. */
export function limitsOf(row: Row<'apiTokens'>) {
  return {
    permissions: parseJson(permissionsSchema, row.permissionsJson),
    workspaceIds: row.workspaceIdsJson === null ? null : parseJson(workspaceIdsSchema, row.workspaceIdsJson),
  };
}

export function tokenOf(row: TokenRow, nowMs: number): ApiToken {
  return {
    id: row.id as Id<'api-token'>,
    name: row.name,
    userId: row.userId as UserId,
    userName: row.userName,
    ...limitsOf(row),
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
    expiresAt: isoTime(row.expiresAt),
    lastUsedAt: isoTimeOrNull(row.lastUsedAt),
    lastAddress: row.lastAddress,
    state: stateOf(row, nowMs),
  };
}

export function stateOf(row: Row<'apiTokens'>, nowMs: number): ApiToken['state'] {
  if (row.revokedAt !== null) return 'revoked';
  return row.expiresAt <= nowMs ? 'expired' : 'active';
}
