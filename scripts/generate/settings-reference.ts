import { instanceSettings, type SettingDefinition, settingTabs } from '@carrel/contract';
import { z } from 'zod';
import { page, table } from './markdown.ts';

const shapeSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
const allowedSchema = shapeSchema.extend({ anyOf: z.array(shapeSchema).optional() });

/** docs/reference/settings.md */
export function renderSettingsReference(): string {
  const all: [string, SettingDefinition][] = Object.entries(instanceSettings);
  const tabs = settingTabs.flatMap((tab) => {
    const rows = all
      .filter(([, setting]) => setting.tab === tab)
      .map(([name, { schema, standard, unit, description }]) => [
        `\`${name}\``,
        allowed(allowedSchema.parse(z.toJSONSchema(schema))),
        unit ?? '',
        `\`${JSON.stringify(standard)}\``,
        description,
      ]);
    return [`## ${tab}`, table(['setting', 'allowed', 'unit', 'standard', 'meaning'], rows)];
  });
  return page(
    'Settings of an instance',
    'What holds for the whole instance. `carrel server settings list`, `set` and `reset` show and change it, and so does the console; every change is audited and holds from the next request on.',
    ...tabs,
  );
}

function allowed({ anyOf, ...shape }: z.infer<typeof allowedSchema>): string {
  return (anyOf ?? [shape]).map(words).join(' or ');
}

function words({ type = 'value', enum: names, minimum, maximum }: z.infer<typeof shapeSchema>): string {
  if (names) return names.map((name) => `\`${name}\``).join(', ');
  if (type === 'array') return 'list';
  return minimum === undefined || maximum === undefined ? type : `${minimum} to ${maximum}`;
}
