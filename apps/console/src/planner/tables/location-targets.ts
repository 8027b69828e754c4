import type { Sheet } from '@carrel/planner';
import type { SettingNode } from '../../schema-fields/index.ts';
import { columnNames, matchHeadings, type NamedColumn } from '../editing/column-names.ts';
import { rowSettings } from '../editing/plan-settings.ts';
import { planWords } from '../editing/plan-words.ts';

/** What a column of a table holds: a field of a location, or how many people there get a workspace. */
export type LocationTarget =
  | { readonly kind: 'field'; readonly node: SettingNode }
  | { readonly kind: 'people'; readonly workspace: string };

interface FieldColumn extends NamedColumn {
  readonly node: SettingNode;
}

/** The fields of a location that a table can fill, in the plan's order. */
export const locationFields: readonly FieldColumn[] = [...rowSettings('locations').values()]
  .filter(({ kind }) => kind !== 'list')
  .map((node) => ({
    node,
    label: planWords[`locations.${node.path}`]?.label ?? node.path,
    names: columnNames[`locations.${node.path}`] ?? [],
  }));

const peopleHeading = /^(?:users|people) (?:of|with) (.+)$/iu;

/** What the columns of a table seem to hold, by their headings; `undefined` for one to leave out. */
export function guessTargets({ columns }: Sheet): readonly (LocationTarget | undefined)[] {
  const fields = matchHeadings(
    // What is said of people of a workspace is no head count.
    columns.map((heading) => (peopleHeading.test(heading) ? '' : heading)),
    locationFields,
    true,
  );
  return columns.map((heading, at) => {
    const workspace = peopleHeading.exec(heading.trim())?.[1];
    if (workspace !== undefined) return { kind: 'people', workspace };
    const node = fields[at]?.node;
    return node && { kind: 'field', node };
  });
}

/** A target as the value of a choice, and back. */
export function targetKey(target: LocationTarget | undefined): string {
  if (target === undefined) return '';
  return target.kind === 'field' ? `field ${target.node.path}` : `people ${target.workspace}`;
}

export function targetOfKey(key: string): LocationTarget | undefined {
  const [, kind, name = ''] = /^(field|people) (.+)$/u.exec(key) ?? [];
  if (kind === 'people') return { kind, workspace: name };
  const node = rowSettings('locations').get(name);
  return kind === 'field' && node ? { kind, node } : undefined;
}

/** Whether a target is where the names of the locations are. */
export function isNameTarget(target: LocationTarget | undefined): boolean {
  return target?.kind === 'field' && target.node.path === 'name';
}
