import { fail } from '@carrel/contract';
import type { Sheet } from '@carrel/planner';
import { pasteCells } from '../editing/paste.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { newRow, rowSettings } from '../editing/plan-settings.ts';
import { planWords } from '../editing/plan-words.ts';

/**
 * A plan with the locations of the first table that has some. Columns are known by the names that the console and the
 * plan file have for them.
 *
 * @throws {FILE_INVALID} no table has a column of names and one of users
 */
export function draftOfTables(sheets: readonly Sheet[], planName: string, fileName: string): PlanDraft {
  const columns = [...rowSettings('locations').values()].map((node) => ({
    node,
    label: planWords[`locations.${node.path}`]?.label ?? node.path,
  }));
  const known = (name: string): string | undefined =>
    columns.find(({ label, node }) => [label, node.path].some((each) => isAlike(each, name)))?.node.path;
  for (const { columns: names, rows } of sheets) {
    const paths = names.map((name) => known(name) ?? name);
    if (!paths.includes('name') || !paths.includes('users')) continue;
    const cells = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
    const heads = paths.map((path) => columns.find(({ node }) => node.path === path)?.label ?? '');
    const ordered = [heads, ...cells];
    const at = { row: 0, column: 0 };
    const locations = pasteCells([], columns, ordered, at, () => newRow('locations')).map((row) =>
      isUnlinked(row.uplink) ? { ...row, uplink: null } : row,
    );
    return { name: planName, locations };
  }
  throw fail('FILE_INVALID', {
    path: fileName,
    reason: 'no table in it has the columns Location and Users',
  });
}

function isUnlinked(uplink: unknown): boolean {
  return typeof uplink !== 'object' || uplink === null || !('to' in uplink) || uplink.to === '';
}

function isAlike(a: string, b: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
  return bare(a) === bare(b);
}
