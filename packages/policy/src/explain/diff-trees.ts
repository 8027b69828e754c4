import { isRecord, isSame } from './json-tree.ts';

/** One place where two trees differ. `before` is absent where nothing was, `after` where nothing is. */
export interface TreeChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Where two trees of JSON differ, field by field. Lists of things with a name are compared by name, so that one
 * inserted application is one change; other lists are one value.
 */
export function diffTrees(before: unknown, after: unknown, path = ''): TreeChange[] {
  if (isSame(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => diffTrees(before[key], after[key], joined(path, key)));
  }
  const [namedBefore, namedAfter] = [byName(before), byName(after)];
  if (namedBefore && namedAfter) return diffNamed(namedBefore, namedAfter, path);
  return [
    {
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

function diffNamed(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  path: string,
): TreeChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = [...names].flatMap((name) =>
    diffTrees(before.get(name), after.get(name), `${path}[${name}]`),
  );
  const order = (one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string[] =>
    [...one.keys()].filter((name) => other.has(name));
  const [orderBefore, orderAfter] = [order(before, after), order(after, before)];
  if (isSame(orderBefore, orderAfter)) return changes;
  return [...changes, { path: joined(path, 'order'), before: orderBefore, after: orderAfter }];
}

/** The items of a list by their names; `undefined` when it is no list of things with names of their own. */
function byName(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!Array.isArray(value)) return undefined;
  const named = new Map<string, unknown>();
  for (const item of value as unknown[]) {
    const name = isRecord(item) ? item['name'] : undefined;
    if (typeof name !== 'string' || named.has(name)) return undefined;
    named.set(name, item);
  }
  return named;
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
