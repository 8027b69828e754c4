import { z } from 'zod';

/** One setting of a schema, by its path below the schema. */
export interface SchemaField {
  /** `frame.color`. */
  readonly path: string;
  readonly allowed: string;
  /** `undefined` where there is none and it has to be said. */
  readonly standard: unknown;
  readonly description: string;
}

/** What the items of a list of objects are made of. */
export interface SchemaList {
  readonly path: string;
  /** Where items are of several kinds. */
  readonly kind: { readonly name: string; readonly description: string | undefined } | undefined;
  readonly fields: readonly SchemaField[];
}

const nodeSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  format: z.string().optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  get items() {
    return nodeSchema.optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
  get oneOf() {
    return z.array(nodeSchema).optional();
  },
});
type Node = z.infer<typeof nodeSchema>;

/** Every setting of a JSON Schema: objects are entered, and items of lists are told apart. */
export function listFields(jsonSchema: unknown): { fields: SchemaField[]; lists: SchemaList[] } {
  const fields: SchemaField[] = [];
  const lists: SchemaList[] = [];
  enter(nodeSchema.parse(jsonSchema), '', fields, lists);
  return { fields, lists };
}

function enter(node: Node, parent: string, fields: SchemaField[], lists: SchemaList[]): void {
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const path = parent === '' ? name : `${parent}.${name}`;
    if (child.properties) {
      enter(child, path, fields, lists);
      continue;
    }
    fields.push({
      path,
      allowed: allowed(child),
      standard: child.default,
      description: child.description ?? '',
    });
    // A group that may be left out altogether.
    for (const variant of child.anyOf ?? []) if (variant.properties) enter(variant, path, fields, lists);
    if (child.items) lists.push(...itemLists(child.items, path));
  }
}

function itemLists(items: Node, path: string): SchemaList[] {
  const variants = items.oneOf ?? items.anyOf ?? [items];
  return variants.flatMap((variant): SchemaList[] => {
    if (!variant.properties) return [];
    const { kind, ...properties } = variant.properties;
    const isTold = kind?.const === undefined;
    const { fields, lists } = listFields({ properties: isTold ? variant.properties : properties });
    return [
      {
        path,
        kind: isTold ? undefined : { name: String(kind.const), description: kind.description },
        fields,
      },
      ...lists.map((list) => ({ ...list, path: `${path}[].${list.path}` })),
    ];
  });
}

function allowed(node: Node): string {
  const variants = node.anyOf ?? node.oneOf;
  if (variants) return [...new Set(variants.map(allowed))].join(' or ');
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  switch (node.type) {
    case 'null':
      return 'none (`null`)';
    case 'integer':
    case 'number':
      return range(node) ?? 'number';
    case 'string':
      return [node.format ?? 'text', upTo(node.minLength, node.maxLength, 'characters')]
        .filter(Boolean)
        .join(', ');
    case 'object':
      return 'group of fields';
    case 'array':
      return [`list`, upTo(node.minItems, node.maxItems, 'items')].filter(Boolean).join(', ');
    default:
      return node.type ?? 'value';
  }
}

function range({ minimum, exclusiveMinimum, maximum }: Node): string | undefined {
  if (maximum === undefined) return undefined;
  if (exclusiveMinimum !== undefined) return `more than ${exclusiveMinimum}, to ${maximum}`;
  return minimum === undefined ? undefined : `${minimum} to ${maximum}`;
}

function upTo(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (most === undefined) return undefined;
  return least === undefined || least === 0 ? `at most ${most} ${unit}` : `${least} to ${most} ${unit}`;
}
