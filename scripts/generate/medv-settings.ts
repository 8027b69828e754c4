import { assignmentSettingsSchema, workspacePolicySchema } from '@carrel/contract';
import { z } from 'zod';
import { medvSettings } from '../medv-settings/index.ts';
import type { SettingRow, Stand } from '../medv-settings/setting-row.ts';
import { page, table } from './markdown.ts';
import { listFields, type SchemaField } from './schema-fields.ts';

/** docs/reference/medv-settings.md */
export function renderMedvSettings(): string {
  const describe = createDescriber();
  const sections = medvSettings.flatMap(({ title, rows }) => [
    `## ${title}`,
    table(
      ['in MED-V', 'in Carrel', 'what it does here'],
      rows.map((row) => [row.setting.replaceAll('<', '&lt;'), nameOf(row.stand), explain(row, describe)]),
    ),
  ]);
  return page(
    'MED-V settings',
    'Every setting of the policy and the client of MED-V 1.0 SP1, and what stands for it. `policy:` is a setting of a workspace, `assignment:` one of a grant ([policy settings](policy.md)). A test goes over this table: each setting takes a value that is not the default, reaches the agent in a signed lease, and where Carrel itself brings the effect about, has it. What the desktop brings about (windows, doors, set-up inside the guest) is in the lease for it.',
    ...sections,
  );
}

function nameOf(stand: Stand): string {
  switch (stand.kind) {
    case 'policy':
      return `policy: \`${stand.path.replace(/\.(\d+)/g, '[]')}\``;
    case 'assignment':
      return `assignment: \`${stand.path}\``;
    case 'workspace-field':
      return `workspace: \`${stand.field}\``;
    case 'command':
      return `\`${stand.command}${stand.option === undefined ? '' : ` ${stand.option}`}\``;
    case 'agent-option':
      return `agent: \`${stand.option}\``;
    case 'instance-setting':
      return `instance: \`${stand.name}\``;
    case 'route':
      return `API: \`${stand.id}\``;
    case 'event':
      return `event: \`${stand.code}\``;
    case 'none':
      return '—';
  }
}

function explain({ stand, note = '' }: SettingRow, describe: (stand: Stand) => string): string {
  return [note, describe(stand)].filter(Boolean).join(' ');
}

/** What a setting says of itself. */
function createDescriber(): (stand: Stand) => string {
  const policy = descriptionsOf(workspacePolicySchema);
  const assignment = descriptionsOf(assignmentSettingsSchema);
  return (stand) => {
    if (stand.kind === 'assignment') return assignment.get(stand.path) ?? '';
    return stand.kind === 'policy' ? (policy.get(stand.path.replace(/\.\d+/g, '')) ?? '') : '';
  };
}

function descriptionsOf(schema: z.ZodType): ReadonlyMap<string, string> {
  const { fields, lists } = listFields(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const entryOf = (parent: string) => (field: SchemaField) =>
    [parent + field.path, field.description] as const;
  return new Map([
    ...fields.map(entryOf('')),
    ...lists.flatMap((list) => list.fields.map(entryOf(`${list.path}.`))),
  ]);
}
