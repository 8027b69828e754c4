/** Whether two values say the same; those compared come from one schema, so their keys stand in one order. */
export function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
