import { type SettingNode, valueAt } from '../../schema-fields/index.ts';
import { namesOf, type PlanDraft, rowsOf } from '../editing/plan-draft.ts';
import { type PlanList, planLists, planSettings, rowSettings } from '../editing/plan-settings.ts';
import { planWords } from '../editing/plan-words.ts';

/** A field that can be changed for a trial. */
export interface TrialField {
  /** Without the numbers of rows: `locations.users`. */
  readonly fieldPath: string;
  readonly node: SettingNode;
  /** List it is in; `undefined` for a setting of the plan as a whole. */
  readonly list: PlanList | undefined;
}

const namedLists = ['locations', 'images', 'workspaces'] as const satisfies readonly PlanList[];
const listWords = {
  locations: 'A location',
  images: 'An image',
  workspaces: 'A workspace',
} as const satisfies Record<(typeof namedLists)[number], string>;
const unchanging = new Set(['name', 'description', 'format']);

const ofRows: readonly TrialField[] = namedLists.flatMap((list) =>
  [...rowSettings(list).values()]
    .filter(({ kind, path }) => kind !== 'list' && !unchanging.has(path))
    .map((node) => ({ fieldPath: `${list}.${node.path}`, node, list })),
);
const ofPlan: readonly TrialField[] = [...planSettings.values()]
  .filter(({ kind, path }) => kind !== 'list' && !unchanging.has(path) && !isList(path))
  .map((node) => ({ fieldPath: node.path, node, list: undefined }));

const fields = new Map([...ofRows, ...ofPlan].map((field) => [field.fieldPath, field]));

function isList(path: string): boolean {
  return planLists.some((list) => list === path);
}

export function trialField(fieldPath: string): TrialField | undefined {
  return fields.get(fieldPath);
}

/** The fields to choose from, in groups. */
export const trialChoices: readonly {
  readonly group: string;
  readonly items: readonly { readonly value: string; readonly label: string }[];
}[] = [
  ...namedLists.map((list) => ({
    group: listWords[list],
    items: ofRows.filter((field) => field.list === list).map(choiceOf),
  })),
  { group: 'The plan as a whole', items: ofPlan.map(choiceOf) },
];

function choiceOf({ fieldPath }: TrialField): { value: string; label: string } {
  return { value: fieldPath, label: planWords[fieldPath]?.label ?? fieldPath };
}

/** Where the field of a row of that name is; `undefined` where there is no such row. */
export function trialPath(draft: PlanDraft, field: TrialField, rowName: string): string | undefined {
  const { list, node } = field;
  if (list === undefined) return node.path;
  const index = rowsOf(draft, list).findIndex((row) => row.name === rowName);
  return index < 0 ? undefined : `${list}.${index}.${node.path}`;
}

/** Names of the rows that have the field. */
export function trialRows(draft: PlanDraft, { list }: TrialField): readonly string[] {
  return list === undefined ? [] : [...new Set(namesOf(draft, list))];
}

/** The first row in which the field holds something, as not every location has a link; else the first row. */
export function firstWithValue(draft: PlanDraft, field: TrialField): string | undefined {
  const rows = trialRows(draft, field);
  const hasValue = (row: string): boolean => {
    const path = trialPath(draft, field, row);
    const value = path === undefined ? undefined : valueAt(draft, path);
    return value !== undefined && value !== null && value !== '';
  };
  return rows.find(hasValue) ?? rows[0];
}
