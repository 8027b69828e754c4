import { assignmentSettingsSchema, workspacePolicySchema } from '@carrel/contract';
import { z } from 'zod';
import { page, table } from './markdown.ts';
import { listFields, type SchemaField, type SchemaList } from './schema-fields.ts';

/** docs/reference/policy.md */
export function renderPolicyReference(): string {
  const tabs = Object.entries(workspacePolicySchema.shape).flatMap(([name, tab]) => [
    `## ${name}`,
    ...settings(tab.unwrap()),
  ]);
  return page(
    'Policy settings',
    'Every setting of a workspace by its tab, and of an assignment, with what it may be, its default and why that is the default. A file names only what differs. What each setting was called before: [MED-V settings](medv-settings.md).',
    ...tabs,
    '## Assignment',
    ...settings(assignmentSettingsSchema),
  );
}

function settings(schema: z.ZodType): string[] {
  const { fields, lists } = listFields(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return [fieldTable(fields), ...lists.flatMap(list)];
}

function list({ path, kind, fields }: SchemaList): string[] {
  const title = `Each of \`${path}\`${kind === undefined ? '' : ` of kind \`${kind.name}\``}`;
  return [`### ${title}`, ...(kind?.description === undefined ? [] : [kind.description]), fieldTable(fields)];
}

function fieldTable(fields: readonly SchemaField[]): string {
  const rows = fields.map(({ path, allowed, standard, description }) => [
    `\`${path}\``,
    allowed,
    standard === undefined ? 'needed' : `\`${JSON.stringify(standard)}\``,
    description,
  ]);
  return table(['setting', 'allowed', 'default', 'meaning'], rows);
}
