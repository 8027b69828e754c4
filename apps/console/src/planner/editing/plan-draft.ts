import type { PlanList } from './plan-settings.ts';

/** A plan while somebody writes it: plain data that may not be a plan at the moment. */
export type PlanDraft = Readonly<Record<string, unknown>>;

/** A row of a list while somebody writes it. */
export type DraftRow = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function rowsOf(draft: PlanDraft, list: PlanList): readonly DraftRow[] {
  const rows = draft[list];
  return Array.isArray(rows) ? rows.filter(isRecord) : [];
}

/** Names of the rows of a list, those that have one. */
export function namesOf(draft: PlanDraft, list: PlanList): readonly string[] {
  return rowsOf(draft, list)
    .map((row) => row.name)
    .filter((name) => typeof name === 'string' && name !== '') as string[];
}

/** The text at a field of a row; empty where there is none. */
export function textOf(row: DraftRow, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}
