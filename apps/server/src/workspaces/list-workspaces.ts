import type { routes } from '@carrel/contract';
import type { z } from 'zod';
import type { Scope } from '../access/index.ts';
import type { Queries, Row } from '../database/index.ts';
import { contains } from '../database/like.ts';
import { invalidCursor } from '../database/paging.ts';
import { findWorkspaceRow, workspaceNameKey } from './workspace-rows.ts';

type WorkspaceQuery = z.output<typeof routes.listWorkspaces.query>;

/**
 * Workspaces by name, one row more than the page holds.
 *
 * @param scope the workspaces the caller may see
 * @throws {REQUEST_INVALID} the cursor names no workspace
 */
export async function listWorkspaceRows(
  queries: Queries,
  query: WorkspaceQuery,
  scope: Scope,
): Promise<Row<'workspaces'>[]> {
  const { name, search, imageId, channel, principalId, cursor, limit } = query;
  const after = cursor === undefined ? undefined : await nameAt(queries, cursor);
  return queries
    .selectFrom('workspaces')
    .selectAll()
    .where((where) =>
      where.and([
        ...(scope === 'all' ? [] : [where('id', 'in', [...scope])]),
        ...(name === undefined ? [] : [where('nameKey', '=', workspaceNameKey(name))]),
        ...(search === undefined ? [] : [contains(where.ref('searchKey'), workspaceNameKey(search))]),
        ...(imageId === undefined ? [] : [where('imageId', '=', imageId)]),
        ...(channel === undefined ? [] : [where('channel', '=', channel)]),
        ...(after === undefined ? [] : [where('nameKey', '>', after)]),
        ...(principalId === undefined
          ? []
          : [
              where.exists(
                where
                  .selectFrom('assignments')
                  .select('assignments.id')
                  .whereRef('assignments.workspaceId', '=', 'workspaces.id')
                  .where('assignments.principalId', '=', principalId),
              ),
            ]),
      ]),
    )
    .orderBy('nameKey')
    .limit(limit + 1)
    .execute();
}

async function nameAt(queries: Queries, cursor: string): Promise<string> {
  const row = await findWorkspaceRow(queries, cursor);
  if (!row) throw invalidCursor();
  return row.nameKey;
}
