/** One page of a list and the cursor of the next. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/** All items of a list, page by page, up to `limit`. */
export async function* allItems<Item>(
  read: (cursor: { cursor?: string }) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item> {
  let cursor: { cursor?: string } = {};
  let given = 0;
  for (;;) {
    const page = await read(cursor);
    for (const item of page.items) {
      if (given >= limit) return;
      given += 1;
      yield item;
    }
    if (page.next === undefined) return;
    cursor = { cursor: page.next };
  }
}
