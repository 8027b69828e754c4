import { type Workspace, workspacePolicySchema } from '@carrel/contract';
import type { ImageId, WorkspaceId } from '@carrel/kit';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';

export function workspaceOf(row: Row<'workspaces'>): Workspace {
  return {
    id: row.id as WorkspaceId,
    name: row.name,
    description: row.description,
    imageId: row.imageId as ImageId,
    channel: row.channel,
    policy: parseJson(workspacePolicySchema, row.policyJson),
    revision: row.revision,
    updatedAt: isoTime(row.updatedAt),
    updatedBy: row.updatedBy,
  };
}

export async function findWorkspaceRow(
  queries: Queries,
  workspaceId: string,
): Promise<Row<'workspaces'> | undefined> {
  return queries.selectFrom('workspaces').selectAll().where('id', '=', workspaceId).executeTakeFirst();
}

/** What makes two workspace names the same. */
export function workspaceNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** What a search looks into. */
export function workspaceSearchKey({ name, description }: { name: string; description: string }): string {
  return `${workspaceNameKey(name)} ${workspaceNameKey(description)}`;
}
