import { fail } from '@carrel/contract';
import { importLocations, type Sheet } from '@carrel/planner';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';

/**
 * A plan with the locations of the first table that has some; columns such as `Users of Payroll` become workspaces.
 *
 * @throws {FILE_INVALID} no table holds locations, or something in it cannot be
 */
export function draftOfTables(sheets: readonly Sheet[], planName: string, fileName: string): PlanDraft {
  const [first, ...others] = sheets.map(importLocations);
  const found = [first, ...others].find((each) => each && each.locations.length > 0) ?? first;
  if (!found) throw fail('FILE_INVALID', { path: fileName, reason: 'it holds no table' });
  const faults = found.findings.filter(({ severity }) => severity === 'error');
  if (faults[0]) {
    throw fail('FILE_INVALID', {
      path: fileName,
      reason: `${faults[0].path}: ${faults[0].message.replace(/\.$/u, '')}`,
      faults: faults.map(({ path, message, remedy }) => ({ field: path, message, remedy })),
    });
  }
  const names = [...new Set(found.populations.map(({ workspace }) => workspace))];
  const workspaces = names.map((name) => ({
    ...newRow('workspaces'),
    name,
    population: found.populations
      .filter(({ workspace }) => workspace === name)
      .map(({ location, users }) => ({ location, users })),
  }));
  return { name: planName, locations: found.locations, ...(names.length === 0 ? {} : { workspaces }) };
}
