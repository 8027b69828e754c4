import * as fc from 'fast-check';

type Path = readonly (string | number)[];

const nastyValues = [
  null,
  true,
  '',
  'x'.repeat(5000),
  '\u001b[2J\u0000\n',
  -1,
  0,
  0.5,
  1e300,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  [],
  {},
] as const;

/** A JSON value with one or two of its parts replaced by something else, taken out, doubled or given a stranger. */
export function mutatedJson(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  const change = fc.tuple(
    fc.constantFrom(...paths),
    fc.oneof(fc.constantFrom(...nastyValues), fc.jsonValue({ maxDepth: 2 })),
    fc.constantFrom('replace', 'replace', 'remove', 'double', 'add'),
  );
  return fc
    .array(change, { minLength: 1, maxLength: 2 })
    .map((changes) => changes.reduce((changed, [path, by, how]) => changeAt(changed, path, by, how), value));
}

/** The paths of all parts, the value itself first. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const parts = Object.entries(value as Record<string, unknown>);
  return [at, ...parts.flatMap(([name, part]) => pathsOf(part, [...at, name]))];
}

function changeAt(value: unknown, path: Path, by: unknown, how: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return how === 'remove' ? null : changedPart(value, by, how);
  if (typeof value !== 'object' || value === null) return by;
  const isGone = how === 'remove' && rest.length === 0;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (isGone) return items.filter((_, index) => index !== Number(name));
    return items.map((item, index) => (index === Number(name) ? changeAt(item, rest, by, how) : item));
  }
  const { [name]: part, ...others } = value as Record<string, unknown>;
  return isGone ? others : { ...others, [name]: changeAt(part, rest, by, how) };
}

function changedPart(value: unknown, by: unknown, how: string): unknown {
  if (how === 'double' && Array.isArray(value)) return [...(value as unknown[]), ...(value as unknown[])];
  if (how === 'add' && Array.isArray(value)) return [...(value as unknown[]), by];
  if (how === 'add' && typeof value === 'object' && value !== null) return { ...value, stranger: by };
  return by;
}
