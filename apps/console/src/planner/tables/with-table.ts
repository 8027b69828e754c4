import { type DraftRow, isRecord, type PlanDraft, rowsOf, textOf } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';
import { withPeople } from '../editing/population.ts';
import { withRowValue } from '../editing/row-value.ts';
import type { TableEntry } from './table-entries.ts';

/** What taking a table into a plan does. */
export interface TakenTable {
  readonly draft: PlanDraft;
  readonly added: number;
  /** Locations that the plan had already. */
  readonly changed: number;
  /** Rows without a name. */
  readonly leftOut: number;
}

/**
 * A plan with the locations of a table. One that the plan has already gets what the table says and keeps the rest; rows
 * in which nobody has written yet give way. Names are the same whatever their case.
 */
export function withTable(draft: PlanDraft, entries: readonly TableEntry[]): TakenTable {
  const named = entries.filter(({ name }) => name !== '');
  const known = rowsOf(draft, 'locations').filter(isWritten);
  const locations = new Map(known.map((row, at) => [keyOf(textOf(row, 'name')) || `row ${at}`, row]));
  const before = new Set(locations.keys());
  for (const { name, values } of named) {
    const present = locations.get(keyOf(name)) ?? { ...newRow('locations'), name };
    const filled = values.reduce<DraftRow>((row, { path, value }) => withRowValue(row, path, value), present);
    locations.set(keyOf(name), filled);
  }
  const told = new Set(named.map(({ name }) => keyOf(name)));
  const changed = told.intersection(before).size;
  const taken = { ...draft, locations: linkedByName([...locations.values()]) };
  return {
    draft: named.reduce(withEntryPeople, taken),
    added: told.size - changed,
    changed,
    leftOut: entries.length - named.length,
  };
}

function isWritten(row: DraftRow): boolean {
  return textOf(row, 'name') !== '' || typeof row.users === 'number';
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}

/** Links lead to locations by the names that these have. */
function linkedByName(rows: readonly DraftRow[]): readonly DraftRow[] {
  const names = new Map(rows.map((row) => [keyOf(textOf(row, 'name')), textOf(row, 'name')]));
  return rows.map((row) => {
    if (!isRecord(row.uplink)) return row;
    const name = names.get(keyOf(textOf(row.uplink, 'to')));
    return name === undefined ? row : { ...row, uplink: { ...row.uplink, to: name } };
  });
}

/** Gives people their workspaces; one that the plan does not have is added, still without its image. */
function withEntryPeople(draft: PlanDraft, { name, people }: TableEntry): PlanDraft {
  const location = rowsOf(draft, 'locations').find((row) => keyOf(textOf(row, 'name')) === keyOf(name));
  return people.reduce<PlanDraft>((each, { workspace, users }) => {
    const present = rowsOf(each, 'workspaces');
    const at = present.findIndex((row) => keyOf(textOf(row, 'name')) === keyOf(workspace));
    const known =
      at === -1 ? { ...each, workspaces: [...present, { ...newRow('workspaces'), name: workspace }] } : each;
    return withPeople(known, at === -1 ? present.length : at, textOf(location ?? {}, 'name'), users);
  }, draft);
}
