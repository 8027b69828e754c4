import { fail, type Image } from '@carrel/contract';
import type { ImageId } from '@carrel/kit';
import { imagesWithin, type Scope } from '../access/index.ts';
import { isUniqueViolation, type Queries, type Row, type Transaction } from '../database/index.ts';
import { pageOf } from '../database/paging.ts';
import { imageOf } from './image-rows.ts';

/**
 * Images by name.
 *
 * @param scope of whoever sees them: those that its workspaces use
 */
export async function listImages(
  queries: Queries,
  filter: {
    readonly cursor?: string | undefined;
    readonly limit: number;
    readonly name?: string | undefined;
  },
  scope: Scope,
): Promise<{ items: Image[]; next?: string }> {
  const { cursor, limit, name } = filter;
  const rows = await queries
    .selectFrom('images')
    .selectAll()
    .$if(cursor !== undefined, (select) => select.where('name', '>', cursor ?? ''))
    .$if(scope !== 'all', (select) =>
      select.where('id', 'in', imagesWithin(queries, scope === 'all' ? new Set() : scope)),
    )
    .$if(name !== undefined, (select) => select.where('name', '=', name ?? ''))
    .orderBy('name')
    .limit(limit + 1)
    .execute();
  const { items, next } = pageOf(
    rows,
    limit,
    (row) => row.name,
    (row) => row,
  );
  const images = await withVersions(queries, items);
  return next === undefined ? { items: images } : { items: images, next };
}

/** @throws {NOT_FOUND} */
export async function getImage(queries: Queries, id: ImageId): Promise<Image> {
  const row = await queries.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirst();
  const [image] = await withVersions(queries, row ? [row] : []);
  if (!image) throw fail('NOT_FOUND', { kind: 'image', id });
  return image;
}

/** @throws {NAME_TAKEN} */
export async function insertImage(transaction: Transaction, row: Row<'images'>): Promise<Image> {
  try {
    await transaction.insertInto('images').values(row).execute();
  } catch (error) {
    if (isUniqueViolation(error)) throw fail('NAME_TAKEN', { kind: 'image', name: row.name }, error);
    throw error;
  }
  return imageOf(row, null, []);
}

/**
 * Removes the image with its versions and channels.
 *
 * @returns the image, and where its versions lay
 * @throws {NOT_FOUND}
 * @throws {IN_USE} when a workspace is made of it
 */
export async function removeImage(
  transaction: Transaction,
  id: ImageId,
): Promise<{ readonly name: string; readonly versions: readonly Row<'imageVersions'>[] }> {
  const { name } = await lockImage(transaction, id);
  const users = await transaction
    .selectFrom('workspaces')
    .select('name')
    .where('imageId', '=', id)
    .orderBy('name')
    .limit(4)
    .execute();
  if (users.length > 0) {
    const names = users.slice(0, 3).map((user) => user.name);
    const reason = `workspace ${names.join(', ')}${users.length > 3 ? ' and others' : ''} is made of it`;
    throw fail('IN_USE', { kind: 'image', name, reason });
  }
  const versions = await transaction
    .selectFrom('imageVersions')
    .selectAll()
    .where('imageId', '=', id)
    .execute();
  await transaction.deleteFrom('channels').where('imageId', '=', id).execute();
  await transaction.deleteFrom('imageVersions').where('imageId', '=', id).execute();
  await transaction.deleteFrom('images').where('id', '=', id).execute();
  return { name, versions };
}

/**
 * Makes other changes of this image, its versions and channels wait until the transaction ends. An update that
 * changes nothing locks the row on every database.
 *
 * @throws {NOT_FOUND}
 */
export async function lockImage(transaction: Transaction, id: ImageId): Promise<Row<'images'>> {
  const row = await transaction
    .updateTable('images')
    .set((expression) => ({ name: expression.ref('name') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'image', id });
  return row;
}

async function withVersions(queries: Queries, rows: readonly Row<'images'>[]): Promise<Image[]> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const latest = await queries
    .selectFrom('imageVersions')
    .select(({ fn }) => ['imageId', fn.max('number').as('number')])
    .where('imageId', 'in', ids)
    .groupBy('imageId')
    .execute();
  const channels = await queries
    .selectFrom('channels')
    .selectAll()
    .where('imageId', 'in', ids)
    .orderBy('name')
    .execute();
  const latestById = new Map(latest.map((row) => [row.imageId, row.number]));
  const channelsById = Map.groupBy(channels, (channel) => channel.imageId);
  return rows.map((row) => imageOf(row, latestById.get(row.id) ?? null, channelsById.get(row.id) ?? []));
}
