import { valueAt, withValueAt } from '../schema-fields/index.ts';
import type { WorkspaceFormValues } from './form-values.ts';
import { isEqual } from './is-equal.ts';
import { sectionLabels, workspaceLabels } from './labels.ts';
import { policySettings, type Section, settingLabel } from './policy/policy-settings.ts';

/** One field of a workspace, by its path in the form. */
export interface WorkspaceField {
  readonly path: string;
  /** `Virtual machine: Virtual processors` */
  readonly label: string;
  readonly read: (values: WorkspaceFormValues) => unknown;
  readonly write: (values: WorkspaceFormValues, value: unknown) => WorkspaceFormValues;
}

/** A field that differs between the version opened, the version saved meanwhile, and the form. */
export interface FieldChange {
  readonly field: WorkspaceField;
  readonly base: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
}

export interface ThreeWay {
  /** Changed only by the other person: taken over as it is. */
  readonly theirs: readonly FieldChange[];
  /** Changed only here: kept. */
  readonly mine: readonly FieldChange[];
  /** Changed differently on both sides: somebody has to choose. */
  readonly both: readonly FieldChange[];
}

/** Which side wins each field of {@link ThreeWay.both}, by path; `mine` where nothing is chosen. */
export type Choices = Readonly<Record<string, 'mine' | 'theirs'>>;

/** Every field of a workspace: the ones of its own, then the policy's by section. A list counts as one field. */
export const workspaceFields: readonly WorkspaceField[] = [
  ...(['name', 'description', 'imageId', 'channel'] as const).map((name) =>
    fieldAt(name, workspaceLabels[name]),
  ),
  ...[...policySettings.keys()].map((path) =>
    fieldAt(`policy.${path}`, `${sectionLabels[path.split('.')[0] as Section]}: ${settingLabel(path)}`),
  ),
];

/** Sorts every difference by who made it. Equal changes on both sides are no conflict. */
export function compareVersions(
  base: WorkspaceFormValues,
  theirs: WorkspaceFormValues,
  mine: WorkspaceFormValues,
): ThreeWay {
  const changes = workspaceFields.map(
    (field): FieldChange => ({
      field,
      base: field.read(base),
      theirs: field.read(theirs),
      mine: field.read(mine),
    }),
  );
  const byThem = (change: FieldChange): boolean => !isEqual(change.base, change.theirs);
  const byMe = (change: FieldChange): boolean => !isEqual(change.base, change.mine);
  return {
    theirs: changes.filter((change) => byThem(change) && !byMe(change)),
    mine: changes.filter((change) => byMe(change) && !byThem(change)),
    both: changes.filter((change) => byThem(change) && byMe(change) && !isEqual(change.mine, change.theirs)),
  };
}

/** The other person's version with one's own changes on top of it. */
export function mergeVersions(
  theirs: WorkspaceFormValues,
  comparison: ThreeWay,
  choices: Choices,
): WorkspaceFormValues {
  const kept = [
    ...comparison.mine,
    ...comparison.both.filter((change) => choices[change.field.path] !== 'theirs'),
  ];
  return kept.reduce((values, change) => change.field.write(values, change.mine), theirs);
}

/** How many fields differ. */
export function countChanges(before: WorkspaceFormValues, after: WorkspaceFormValues): number {
  return workspaceFields.filter((field) => !isEqual(field.read(before), field.read(after))).length;
}

function fieldAt(path: string, label: string): WorkspaceField {
  return {
    path,
    label,
    read: (values) => valueAt(values, path),
    write: (values, value) => withValueAt(values, path, value),
  };
}
