import { planSchema } from '@carrel/planner';
import { newEntry, readSchema, type SettingNode, type Settings } from '../../schema-fields/index.ts';

/** Lists of a plan whose rows are edited in tables. */
export const planLists = [
  'locations',
  'travellers',
  'trustDomains',
  'separations',
  'images',
  'workspaces',
  'consoles',
] as const;
export type PlanList = (typeof planLists)[number];

const reading = readSchema(planSchema);

/** Every setting of a plan outside its lists, read from the planner's schema. */
export const planSettings: Settings = reading.settings;

const rows = new Map(
  planLists.map((list) => [list, reading.entriesOf(list).get('') ?? new Map<string, SettingNode>()]),
);

/** The fields of a row of a list. */
export function rowSettings(list: PlanList): Settings {
  return rows.get(list) ?? new Map<string, SettingNode>();
}

/** A new row: the schema's defaults, nothing where somebody has to say something. */
export function newRow(list: PlanList): Readonly<Record<string, unknown>> {
  const entry = newEntry(rowSettings(list)) as Readonly<Record<string, unknown>>;
  // A link has to be somebody's decision.
  return list === 'locations' ? { ...entry, uplink: null } : entry;
}

/** A part of a whole, which people read and write in percent. */
export function isShare(node: SettingNode): boolean {
  return node.kind === 'number' && node.path.endsWith('Share');
}
