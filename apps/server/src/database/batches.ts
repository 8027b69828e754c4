/** Values a statement is given at most: bounded by the variables SQLite and PostgreSQL take. */
const valuesAtOnce = 5_000;

/** Runs a query with some of the values at a time, none without values, and puts what they give together. */
export async function inBatches<Value, Row>(
  values: readonly Value[],
  run: (some: readonly Value[]) => Promise<readonly Row[]>,
  atOnce = valuesAtOnce,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < values.length; start += atOnce) {
    rows.push(...(await run(values.slice(start, start + atOnce))));
  }
  return rows;
}
