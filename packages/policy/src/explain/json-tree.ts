/** An object of JSON, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two values of JSON are the same; the order of keys does not matter. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  }
  if (isRecord(a) && isRecord(b)) {
    const [keysA, keysB] = [Object.keys(a), Object.keys(b)];
    return keysA.length === keysB.length && keysA.every((key) => key in b && isSame(a[key], b[key]));
  }
  return false;
}

/** Every value in a tree of objects by its path, such as `fileTransfer.toHost.isAllowed`; lists are values. */
export function flatten(tree: object, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(tree) as [string, unknown][]) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (!isRecord(value)) found.set(path, value);
    else for (const [inner, one] of flatten(value, path)) found.set(inner, one);
  }
  return found;
}
