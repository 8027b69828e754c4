import type { LinkedSite } from '@carrel/planner';
import { withValueAt } from '../../schema-fields/index.ts';
import { type DraftRow, type PlanDraft, rowsOf, textOf } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';

/**
 * A plan with sites of a directory as locations. One that the plan has already gets the link and keeps the rest; rows
 * in which nobody has written yet give way.
 */
export function withSites(draft: PlanDraft, sites: readonly LinkedSite[]): PlanDraft {
  const written = rowsOf(draft, 'locations').filter(isWritten);
  const uplinks = new Map(sites.map(({ name, to }) => [name, to]));
  const known = new Set(written.map((row) => textOf(row, 'name')));
  const added = sites.filter(({ name }) => !known.has(name));
  return {
    ...draft,
    locations: [
      ...written.map((row) => linkedTo(row, uplinks.get(textOf(row, 'name')))),
      ...added.map(({ name, to }) => linkedTo({ ...newRow('locations'), name }, to)),
    ],
  };
}

function isWritten(row: DraftRow): boolean {
  return textOf(row, 'name') !== '' || typeof row.users === 'number';
}

function linkedTo(row: DraftRow, to: string | undefined): DraftRow {
  return to === undefined ? row : withValueAt(row, 'uplink.to', to);
}
