import type { Finding } from '@carrel/planner';
import { rowNouns } from './change-words.ts';
import { type PlanDraft, rowsOf, textOf } from './plan-draft.ts';
import { planLists } from './plan-settings.ts';
import { planWords } from './plan-words.ts';

/** A finding for where it stands in its row, but not beside its field: it says of which field it is. */
export function withField(finding: Finding): Finding {
  const label = finding.code === 'PLAN_FIELD_INVALID' ? labelAt(finding.path) : undefined;
  return label === undefined ? finding : { ...finding, message: `${label}: ${finding.message}` };
}

/** A finding for where it stands apart from the plan: it says of which row and field it is. */
export function withPlace(finding: Finding, draft: PlanDraft): Finding {
  const { path } = finding;
  const [, listName, index = ''] = /^(\w+)\W(\d+)/u.exec(path) ?? [];
  const list = planLists.find((each) => each === listName);
  const inField = withField(finding);
  if (list === undefined) return inField;
  const name = textOf(rowsOf(draft, list)[Number(index)] ?? {}, 'name');
  const place = name === '' ? `${rowNouns[list]} in row ${Number(index) + 1}` : name;
  return inField.message.includes(place) ? inField : { ...inField, message: `${place}: ${inField.message}` };
}

function labelAt(path: string): string | undefined {
  return planWords[path.replaceAll(/\[\d+\]|\.\d+/gu, '')]?.label;
}
