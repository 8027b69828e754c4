import { fail, type ImageVersion } from '@carrel/contract';
import type { ImageId } from '@carrel/kit';
import type { NewRow, Queries, Row, Transaction } from '../database/index.ts';
import { numberCursor, pageOf } from '../database/paging.ts';
import { versionOf } from './image-rows.ts';
import { lockImage } from './images.ts';

/** Versions of an image, newest first. */
export async function listVersions(
  queries: Queries,
  imageId: ImageId,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: ImageVersion[]; next?: string }> {
  const before = numberCursor(page.cursor);
  const rows = await queries
    .selectFrom('imageVersions')
    .selectAll()
    .where('imageId', '=', imageId)
    .$if(before !== undefined, (select) => select.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, (row) => String(row.number), versionOf);
}

/** @throws {NOT_FOUND} */
export async function getVersion(queries: Queries, imageId: ImageId, number: number): Promise<ImageVersion> {
  return versionOf(await requireVersion(queries, imageId, number));
}

/** The version of this manifest; `undefined` when it is not registered. */
export async function findVersionOfManifest(
  queries: Queries,
  imageId: ImageId,
  manifestDigest: string,
): Promise<ImageVersion | undefined> {
  const row = await queries
    .selectFrom('imageVersions')
    .selectAll()
    .where('imageId', '=', imageId)
    .where('manifestDigest', '=', manifestDigest)
    .executeTakeFirst();
  return row && versionOf(row);
}

/**
 * Adds the next version, a draft; numbers follow each other without gaps. A manifest that is a version already gives
 * that version.
 *
 * @throws {NOT_FOUND} no such image
 */
export async function addVersion(
  transaction: Transaction,
  version: Omit<NewRow<'imageVersions'>, 'number' | 'state' | 'publishedAt'> & { readonly imageId: ImageId },
): Promise<{ readonly version: ImageVersion; readonly isNew: boolean }> {
  await lockImage(transaction, version.imageId);
  const existing = await findVersionOfManifest(transaction, version.imageId, version.manifestDigest);
  if (existing) return { version: existing, isNew: false };
  const last = await transaction
    .selectFrom('imageVersions')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('imageId', '=', version.imageId)
    .executeTakeFirst();
  const row = { ...version, number: (last?.number ?? 0) + 1, state: 'draft', publishedAt: null };
  await transaction.insertInto('imageVersions').values(row).execute();
  return { version: versionOf(row), isNew: true };
}

/**
 * Makes a draft available to channels; a published version stays as it is.
 *
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} it was retired
 */
export async function publishVersion(
  transaction: Transaction,
  imageId: ImageId,
  number: number,
  nowMs: number,
): Promise<ImageVersion> {
  await lockImage(transaction, imageId);
  const row = await requireVersion(transaction, imageId, number);
  if (row.state === 'published') return versionOf(row);
  if (row.state === 'retired') throw conflict(number, 'it was retired; register the image again');
  return setState(transaction, row, { state: 'published', publishedAt: nowMs });
}

/**
 * Withdraws a version; a retired one stays as it is.
 *
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} a channel points at it
 */
export async function retireVersion(
  transaction: Transaction,
  imageId: ImageId,
  number: number,
): Promise<ImageVersion> {
  await lockImage(transaction, imageId);
  const row = await requireVersion(transaction, imageId, number);
  if (row.state === 'retired') return versionOf(row);
  const channels = await transaction
    .selectFrom('channels')
    .select('name')
    .where('imageId', '=', imageId)
    .where('versionNumber', '=', number)
    .orderBy('name')
    .execute();
  if (channels.length > 0) {
    const names = channels.map((channel) => channel.name).join(', ');
    throw conflict(number, `the channel ${names} points at it`);
  }
  return setState(transaction, row, { state: 'retired' });
}

async function setState(
  transaction: Transaction,
  row: Row<'imageVersions'>,
  change: Partial<Pick<Row<'imageVersions'>, 'state' | 'publishedAt'>>,
): Promise<ImageVersion> {
  await transaction
    .updateTable('imageVersions')
    .set(change)
    .where('imageId', '=', row.imageId)
    .where('number', '=', row.number)
    .execute();
  return versionOf({ ...row, ...change });
}

async function requireVersion(
  queries: Queries,
  imageId: ImageId,
  number: number,
): Promise<Row<'imageVersions'>> {
  const row = await queries
    .selectFrom('imageVersions')
    .selectAll()
    .where('imageId', '=', imageId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'version', id: String(number) });
  return row;
}

function conflict(number: number, reason: string): Error {
  return fail('STATE_CONFLICT', { kind: `version ${number}`, reason });
}
