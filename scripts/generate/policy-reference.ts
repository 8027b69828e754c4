import { assignmentSettingsSchema, workspacePolicySchema } from '@carrel/contract';
import { z } from 'zod';
import { page, table } from './markdown.ts';

const settingSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  anyOf: z.array(z.looseObject({ type: z.string().optional() })).optional(),
});
const objectSchema = z.looseObject({ properties: z.record(z.string(), settingSchema) });

/** docs/reference/policy.md */
export function renderPolicyReference(): string {
  const policy = z
    .looseObject({ properties: z.record(z.string(), objectSchema) })
    .parse(z.toJSONSchema(workspacePolicySchema, { io: 'input', unrepresentable: 'any' }));
  const tabs = Object.entries(policy.properties).flatMap(([name, tab]) => [`## ${name}`, settings(tab)]);
  const assignment = objectSchema.parse(
    z.toJSONSchema(assignmentSettingsSchema, { io: 'input', unrepresentable: 'any' }),
  );
  return page(
    'Policy settings',
    'Every setting of a workspace by its tab, and of an assignment. All have a default; a file names only what differs.',
    ...tabs,
    '## Assignment',
    settings(assignment),
  );
}

function settings(tab: z.infer<typeof objectSchema>): string {
  const rows = Object.entries(tab.properties).map(([name, setting]) => [
    `\`${name}\``,
    allowed(setting),
    `\`${JSON.stringify(setting.default)}\``,
    setting.description ?? '',
  ]);
  return table(['setting', 'allowed', 'default', 'meaning'], rows);
}

function allowed(setting: z.infer<typeof settingSchema>): string {
  if (setting.enum) return setting.enum.map((value) => `\`${value}\``).join(', ');
  if (setting.anyOf) return setting.anyOf.map((option) => option.type ?? 'value').join(' or ');
  const { type = 'value', minimum, maximum } = setting;
  if (type === 'array') return 'list';
  return minimum === undefined || maximum === undefined ? type : `${minimum} to ${maximum}`;
}
