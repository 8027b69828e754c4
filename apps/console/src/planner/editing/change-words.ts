import type { PlanChange } from '@carrel/planner';
import type { SettingNode } from '../../schema-fields/index.ts';
import { numberText } from './number-text.ts';
import { isRecord } from './plan-draft.ts';
import { isShare, type PlanList, planLists, planSettings, rowSettings } from './plan-settings.ts';
import { planWords } from './plan-words.ts';

/** What a row of a list is called. */
export const rowNouns: Readonly<Record<PlanList, string>> = {
  locations: 'location',
  travellers: 'travellers',
  trustDomains: 'domain',
  separations: 'separation',
  images: 'image',
  workspaces: 'workspace',
  consoles: 'consoles',
};

/** A change of a plan as people read it. */
export interface ChangeWords {
  /** `Oslo, Users` */
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

/** Says a change of a plan in the words of its fields. */
export function changeWords({ path, before, after }: PlanChange): ChangeWords {
  const names = path.flatMap((step) => (step.kind === 'row' ? [step.name] : []));
  const fieldPath = path.flatMap((step) => (step.kind === 'field' ? [step.name] : [])).join('.');
  const list = planLists.find((each) => each === fieldPath);
  const label = list === undefined ? (planWords[fieldPath]?.label ?? fieldPath) : rowNouns[list];
  const node = nodeAt(fieldPath);
  return {
    place: [...names, label].join(', '),
    before: valueWords(before, node),
    after: valueWords(after, node),
  };
}

function nodeAt(fieldPath: string): SettingNode | undefined {
  const list = planLists.find((each) => fieldPath.startsWith(`${each}.`));
  return list === undefined
    ? planSettings.get(fieldPath)
    : rowSettings(list).get(fieldPath.slice(list.length + 1));
}

const numberFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

function valueWords(value: unknown, node: SettingNode | undefined): string {
  if (value === undefined || value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    return node && isShare(node) ? `${numberText(value, node)} %` : numberFormat.format(value);
  }
  if (typeof value === 'string') return shortened(value);
  if (Array.isArray(value)) {
    return value.some(isRecord)
      ? value.length === 1
        ? '1 entry'
        : `${value.length} entries`
      : shortened(value.join(', '));
  }
  return 'there';
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
