/**
 * Applies the work to items as they come, several at once, and gives the results in the order of the items. When the
 * items end with a failure, the results of those that came are given before it is thrown.
 *
 * @param window how many items are under way at most; also bounds the results that wait
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  window: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const queue: Promise<Result>[] = [];
  const failures: unknown[] = [];
  try {
    for await (const item of untilFailure(items, failures)) {
      const result = work(item);
      // Awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      queue.push(result);
      const first = queue.length >= window ? queue.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) yield await next;
  } finally {
    await Promise.allSettled(queue);
  }
  if (failures.length > 0) throw failures[0];
}

async function* untilFailure<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  failures: unknown[],
): AsyncGenerator<Item, void, undefined> {
  try {
    yield* items;
  } catch (error) {
    failures.push(error);
  }
}
