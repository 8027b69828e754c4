/** The value at a path such as `frame.color` or `rows.0.name`; `undefined` where the path leads nowhere. */
export function valueAt(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      values,
    );
}

/** A copy with the value at the path; objects and lists on the way are copied, everything else is shared. */
export function withValueAt<Values extends object>(values: Values, path: string, value: unknown): Values {
  const [key = '', ...rest] = path.split('.');
  const inner = (values as Readonly<Record<string, unknown>>)[key];
  const next =
    rest.length === 0
      ? value
      : withValueAt(typeof inner === 'object' && inner !== null ? inner : {}, rest.join('.'), value);
  const copy: object = Array.isArray(values) ? [...(values as readonly unknown[])] : { ...values };
  return Object.assign(copy, { [key]: next }) as Values;
}
