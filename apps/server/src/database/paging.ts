import { fail } from '@carrel/contract';

/**
 * A page from one row more than fits on it.
 *
 * @param cursorOf names the row that the next page begins after
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): { items: Item[]; next?: string } {
  const shown = rows.slice(0, limit);
  const items = shown.map(itemOf);
  const last = shown.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursorOf(last) } : { items };
}

/** @throws {REQUEST_INVALID} */
export function numberCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const value = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isNaN(value)) throw invalidCursor();
  return value;
}

/** The cursor is not one of ours, or what it names is gone. */
export function invalidCursor(): Error {
  return fail('REQUEST_INVALID', { reason: 'cursor: it is not valid any more; begin with the first page' });
}
