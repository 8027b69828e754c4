import type { Measurements } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { isoTimeOrNull } from '../database/values.ts';

/** Versions told of an image: the newest ones, from which size and rhythm can be read. */
const versionsTold = 50;

/** Every image with its newest versions, oldest of them first. */
export async function measureImages(queries: Queries): Promise<Measurements['images']> {
  const images = await queries.selectFrom('images').select(['id', 'name']).orderBy('name').execute();
  const measured: Measurements['images'] = [];
  for (const { id, name } of images) {
    const versions = await queries
      .selectFrom('imageVersions')
      .select(['number', 'virtualSizeBytes', 'dataBytes', 'storedBytes', 'publishedAt'])
      .where('imageId', '=', id)
      .orderBy('number', 'desc')
      .limit(versionsTold)
      .execute();
    measured.push({
      name,
      versions: versions
        .toReversed()
        .map(({ publishedAt, ...sizes }) => ({ ...sizes, publishedAt: isoTimeOrNull(publishedAt) })),
    });
  }
  return measured;
}
