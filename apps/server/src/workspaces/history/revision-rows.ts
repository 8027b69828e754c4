import {
  revisionOriginSchema,
  type WorkspaceContent,
  type WorkspaceRevision,
  workspaceContentSchema,
} from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import type { Queries, Row } from '../../database/index.ts';
import { isoTime, parseJson } from '../../database/values.ts';
import { workspaceOf } from '../workspace-rows.ts';

/** What is stored of a revision: the image by its id, since names change. */
const storedContentSchema = workspaceContentSchema.omit({ image: true });

/** One revision in full; `undefined` when there is none. */
export async function findRevision(
  queries: Queries,
  workspaceId: string,
  revision: number,
): Promise<WorkspaceRevision | undefined> {
  const row = await queries
    .selectFrom('workspaceRevisions')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row && (await revisionsOf(queries, [row]))[0];
}

/** The revisions of these rows, in the same order. */
export async function revisionsOf(
  queries: Queries,
  rows: readonly Row<'workspaceRevisions'>[],
): Promise<WorkspaceRevision[]> {
  const stored = rows.map((row) => parseJson(storedContentSchema, row.contentJson));
  const names = await imageNames(
    queries,
    stored.map((content) => content.imageId),
  );
  return rows.flatMap((row, at) => {
    const content = stored[at];
    if (!content) return [];
    return {
      workspaceId: row.workspaceId as WorkspaceId,
      revision: row.revision,
      author: row.updatedBy,
      time: isoTime(row.updatedAt),
      origin: parseJson(revisionOriginSchema, row.originJson),
      content: { ...content, image: names.get(content.imageId) ?? content.imageId },
    };
  });
}

/** What a workspace is now. */
export async function contentOf(queries: Queries, row: Row<'workspaces'>): Promise<WorkspaceContent> {
  const { name, description, imageId, channel, policy } = workspaceOf(row);
  const names = await imageNames(queries, [imageId]);
  return { name, description, imageId, image: names.get(imageId) ?? imageId, channel, policy };
}

/** Names of images by their ids; those that are gone are missing. */
export async function imageNames(
  queries: Queries,
  imageIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(imageIds)];
  if (ids.length === 0) return new Map();
  const rows = await queries.selectFrom('images').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
