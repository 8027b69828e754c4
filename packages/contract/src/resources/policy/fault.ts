/** What is wrong with a policy as a whole, at the field where a person would change it. */
export interface PolicyFault {
  /** Tab first, then the field. */
  readonly path: readonly [string, ...(string | number)[]];
  readonly message: string;
}

/** A fault for every item whose key an earlier item has. */
export function findRepeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | number,
  faultOf: (item: Item, index: number) => PolicyFault,
): PolicyFault[] {
  const seen = new Set<string | number>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) return [faultOf(item, index)];
    seen.add(key);
    return [];
  });
}
