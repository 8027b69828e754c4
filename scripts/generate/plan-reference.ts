import {
  findingCodes,
  limitsSchema,
  locationColumns,
  planSchema,
  profileNames,
  profileOf,
} from '@carrel/planner';
import { z } from 'zod';
import { page, table } from './markdown.ts';
import { listFields, type SchemaField } from './schema-fields.ts';

/** docs/reference/plan-file.md */
export function renderPlanReference(): string {
  const schema = z.toJSONSchema(planSchema.omit({ limits: true }), { io: 'input', unrepresentable: 'any' });
  const { fields, lists } = listFields(schema);
  return page(
    'The plan file',
    'Every field of a plan, what it may be, and its default. Sizes are in GB (1,000,000,000 bytes), rates in Mbit/s (1,000,000 bits a second). How it is used: [plan files](../plan-file.md).',
    '## The plan',
    fieldTable(fields),
    ...lists.flatMap(({ path, fields: inner }) => [`## Each of \`${path}\``, fieldTable(inner)]),
    '## limits',
    'What the decisions know of a product. A plan sets under `limits` what is different for it.',
    limitTable(),
    '## Findings',
    table(
      ['code', 'meaning'],
      Object.entries(findingCodes).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
    '## Columns of a table of locations',
    `For \`carrel plan add-locations\`; case does not matter: ${locationColumns.map((column) => `\`${column}\``).join(', ')}, and \`users of\` with the name of a workspace.`,
  );
}

function fieldTable(fields: readonly SchemaField[]): string {
  const rows = fields.map(({ path, allowed, standard, description }) => [
    `\`${path}\``,
    allowed,
    standard === undefined ? 'needed' : `\`${JSON.stringify(standard)}\``,
    description,
  ]);
  return table(['field', 'allowed', 'default', 'meaning'], rows);
}

function limitTable(): string {
  const profiles = profileNames.map((name) => profileOf(name));
  const rows = Object.entries(limitsSchema.shape).map(([name, schema]) => {
    const key = limitsSchema.keyof().parse(name);
    return [
      `\`${name}\``,
      schema.description ?? '',
      ...profiles.map(({ limits, sources }) => `${String(limits[key] ?? 'none')} (${sources[key]})`),
    ];
  });
  return table(['limit', 'meaning', ...profiles.map(({ title }) => title)], rows);
}
