import { stringify } from 'yaml';
import type { PlanDraft } from '../editing/plan-draft.ts';

/** A plan as the plan file that `carrel plan` reads. */
export function planYaml(draft: PlanDraft): string {
  return stringify(draft, { lineWidth: 100 });
}

/** `Northwind 2027` and `xlsx` make `northwind-2027.xlsx`. */
export function fileNameOf(planName: string, ending: string): string {
  const stem = planName
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');
  return `${stem === '' ? 'plan' : stem}.${ending}`;
}
