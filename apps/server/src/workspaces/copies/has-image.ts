import type { Queries } from '../../database/index.ts';

/** The channels of these images that point at a published version: `IMAGE-ID CHANNEL`. */
export async function startableIn(
  queries: Queries,
  imageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(imageIds)];
  if (ids.length === 0) return new Set();
  const rows = await queries
    .selectFrom('channels')
    .innerJoin('imageVersions', (join) =>
      join
        .onRef('imageVersions.imageId', '=', 'channels.imageId')
        .onRef('imageVersions.number', '=', 'channels.versionNumber'),
    )
    .where('channels.imageId', 'in', ids)
    .where('imageVersions.state', '=', 'published')
    .select(['channels.imageId', 'channels.name'])
    .execute();
  return new Set(rows.map((row) => `${row.imageId} ${row.name}`));
}
