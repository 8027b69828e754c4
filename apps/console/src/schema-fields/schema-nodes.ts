import { z } from 'zod';
import { withValueAt } from './value-at.ts';

/** What kind of field edits a setting. `list` is a list of more than texts, which needs an editor of its own. */
export type SettingKind = 'text' | 'number' | 'switch' | 'choice' | 'texts' | 'list';

/** What a schema says of one of its settings: everything a field needs but the words for it. */
export interface SettingNode {
  /** From the top of the schema: `general.frame.color`. */
  readonly path: string;
  readonly kind: SettingKind;
  readonly description: string | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly maximumLength: number | undefined;
  /** Of a choice, in the schema's order. */
  readonly options: readonly string[];
  /** `null` is a value, which an empty field stands for. */
  readonly isNullable: boolean;
  readonly isWhole: boolean;
  /** What the schema puts there where nothing is said; `undefined` where something has to be. */
  readonly default: unknown;
}

/** Settings by their path, in the schema's order. */
export type Settings = ReadonlyMap<string, SettingNode>;

interface JsonNode {
  /** Several where `null` is one of them. */
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonNode>> | undefined;
  readonly items?: JsonNode | undefined;
  readonly anyOf?: readonly JsonNode[] | undefined;
  readonly oneOf?: readonly JsonNode[] | undefined;
}

const jsonNodeSchema: z.ZodType<JsonNode> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxLength: z.number().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    default: z.unknown().optional(),
    properties: z.record(z.string(), jsonNodeSchema).optional(),
    items: jsonNodeSchema.optional(),
    anyOf: z.array(jsonNodeSchema).optional(),
    oneOf: z.array(jsonNodeSchema).optional(),
  }),
);

/** What a schema says of everything that can be set in it. */
export interface SchemaReading {
  /** What is inside a list belongs to the list; objects are only the way to their settings. */
  readonly settings: Settings;
  /**
   * The settings of one entry of a list, for every kind of entry there is; a list whose entries are all alike has one
   * kind, the empty text.
   *
   * @param path of the list, from the top of the schema
   * @throws {Error} there is no such list
   */
  readonly entriesOf: (path: string) => ReadonlyMap<string, Settings>;
}

/** The property that tells the kinds of entries of a list apart. */
const discriminator = 'kind';

/** Reads a schema through its JSON Schema; takes some milliseconds for a large one, so read it once. */
export function readSchema(schema: z.ZodType): SchemaReading {
  const document = jsonNodeSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return { settings: settingsOf(document), entriesOf: (path) => entriesOf(document, path) };
}

function entriesOf(document: JsonNode, path: string): ReadonlyMap<string, Settings> {
  const list = path
    .split('.')
    .reduce<JsonNode | undefined>((node, name) => node?.properties?.[name], document);
  const entry = list?.items;
  if (entry === undefined) throw new Error(`${path} is no list of the schema`);
  const kinds = entry.oneOf ?? entry.anyOf ?? [entry];
  return new Map(
    kinds.map((kind) => {
      const name = kind.properties?.[discriminator]?.const;
      return [typeof name === 'string' ? name : '', settingsOf(kind)];
    }),
  );
}

/** A new entry with the schema's defaults, and nothing yet where the schema has none. */
export function newEntry(settings: Settings, kind?: Readonly<Record<string, string>>): object {
  let entry: object = { ...kind };
  for (const node of settings.values()) {
    entry = withValueAt(entry, node.path, node.default === undefined ? '' : structuredClone(node.default));
  }
  return entry;
}

function settingsOf(document: JsonNode): Settings {
  return new Map(leavesOf(document, '').map((node) => [node.path, node]));
}

function leavesOf(node: JsonNode, path: string): SettingNode[] {
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([name, child]) =>
      leavesOf(child, path === '' ? name : `${path}.${name}`),
    );
  }
  if (node.const !== undefined) return [];
  const alternatives = node.anyOf ?? [];
  const others = alternatives.filter((each) => each.type !== 'null');
  const isNullable =
    others.length < alternatives.length || (Array.isArray(node.type) && node.type.includes('null'));
  const [only] = others;
  const own = isNullable && others.length === 1 && only !== undefined ? only : node;
  // Something that may be missing as a whole: its settings are there all the same.
  if (own.properties !== undefined) return leavesOf(own, path);
  return [
    {
      path,
      kind: kindOf(own),
      description: node.description ?? own.description,
      minimum: limit(own.minimum),
      maximum: limit(own.maximum),
      maximumLength: own.maxLength,
      options: (own.enum ?? []).filter((option) => typeof option === 'string'),
      isNullable,
      isWhole: typeOf(own) === 'integer',
      default: node.default ?? (isNullable ? null : undefined),
    },
  ];
}

function kindOf(node: JsonNode): SettingKind {
  if (node.enum !== undefined) return 'choice';
  switch (typeOf(node)) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return isText(node.items) ? 'texts' : 'list';
    default:
      return 'text';
  }
}

/** A text, or a choice of forms of text. */
function isText(node: JsonNode | undefined): boolean {
  if (node?.anyOf !== undefined) return node.anyOf.every((each) => each.type === 'string');
  return node !== undefined && typeOf(node) === 'string';
}

/** The type of what is there when it is not `null`. */
function typeOf({ type }: JsonNode): string | undefined {
  return typeof type === 'string' ? type : type?.find((each) => each !== 'null');
}

/** The limits of whole numbers as such mean nothing to anybody. */
function limit(value: number | undefined): number | undefined {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
}
