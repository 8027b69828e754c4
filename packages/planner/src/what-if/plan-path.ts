/** One step on the way to a field of a plan. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  /** A row by its name, or by the location it is about; by its number where it has neither. */
  | { readonly kind: 'row'; readonly name: string };

/** A field of a plan and what it is to hold. */
export interface PlanEdit {
  readonly path: readonly PathStep[];
  readonly value: unknown;
}

const steps = /([A-Za-z]+)|\[((?:[^\]\\]|\\.)*)\]/uy;

/**
 * Reads an edit such as `locations[Berlin].uplink.bandwidthMbitPerSecond=50`. A `]` or `\` in a name is written with a
 * `\` before it. The value is JSON where it is some, else a text.
 *
 * @returns `undefined` where it is no edit
 */
export function parsePlanEdit(text: string): PlanEdit | undefined {
  const path: PathStep[] = [];
  let at = 0;
  for (;;) {
    steps.lastIndex = at;
    const found = steps.exec(text);
    if (!found) return undefined;
    const [whole, field, row] = found;
    if (field !== undefined) path.push({ kind: 'field', name: field });
    else path.push({ kind: 'row', name: (row ?? '').replace(/\\(.)/gu, '$1') });
    at += whole.length;
    const next = text[at];
    if (next === '=')
      return path[0]?.kind === 'field' ? { path, value: parseValue(text.slice(at + 1)) } : undefined;
    if (next === '.') at += 1;
    else if (next !== '[') return undefined;
  }
}

/** The text that {@link parsePlanEdit} reads as this edit. */
export function formatPlanEdit({ path, value }: PlanEdit): string {
  return `${formatPlanPath(path)}=${JSON.stringify(value)}`;
}

/** The place of an edit, as {@link parsePlanEdit} reads it. */
export function formatPlanPath(path: readonly PathStep[]): string {
  return path
    .map(({ kind, name }) => (kind === 'row' ? `[${name.replace(/[\]\\]/gu, '\\$&')}]` : `.${name}`))
    .join('')
    .replace(/^\./u, '');
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
