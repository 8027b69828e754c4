import type { Sheet } from '@carrel/planner';
import type { SettingNode } from '../../schema-fields/index.ts';
import { valueOfText } from '../editing/paste.ts';
import { isShare, rowSettings } from '../editing/plan-settings.ts';
import { isNameTarget, type LocationTarget } from './location-targets.ts';

type Cell = Sheet['rows'][number][number];

/** What a row of a table says of a location; its empty cells say nothing. */
export interface TableEntry {
  /** Empty where the row has none. */
  readonly name: string;
  readonly values: readonly { readonly path: string; readonly value: unknown }[];
  readonly people: readonly { readonly workspace: string; readonly users: unknown }[];
}

/**
 * Reads the rows of a table. A cell that cannot be read is its text, to be corrected where it stands in the plan.
 *
 * @param targets what each column holds
 */
export function tableEntries(
  { columns, rows }: Sheet,
  targets: readonly (LocationTarget | undefined)[],
): readonly TableEntry[] {
  const users = rowSettings('locations').get('users');
  return rows.map((row) => {
    const values: TableEntry['values'][number][] = [];
    const people: TableEntry['people'][number][] = [];
    for (const [at, target] of targets.entries()) {
      const cell = row[at] ?? null;
      if (cell === null || target === undefined || isNameTarget(target)) continue;
      if (target.kind === 'field') {
        const value = valueOfCell(cell, target.node, columns[at] ?? '');
        values.push({ path: target.node.path, value });
      } else if (users) {
        people.push({ workspace: target.workspace, users: valueOfCell(cell, users, '') });
      }
    }
    return { name: String(row[targets.findIndex(isNameTarget)] ?? '').trim(), values, people };
  });
}

/** A cell as the value of a field; a heading such as `Link, Gbit/s` gives its numbers their unit. */
function valueOfCell(cell: Exclude<Cell, null>, node: SettingNode, heading: string): unknown {
  if (typeof cell === 'boolean' && node.kind === 'switch') return cell;
  if (node.kind !== 'number') return valueOfText(String(cell).trim(), node);
  // Spreadsheets keep 30 % as 0.3.
  if (typeof cell === 'number' && isShare(node)) return cell <= 1 ? cell : cell / 100;
  const text = String(cell).trim();
  const unit = /\b([kg])b(?:it)?(?:\/s|ps)?\b/iu.exec(heading)?.[1];
  const withUnit = unit !== undefined && /\d$/u.test(text) ? valueOfText(`${text} ${unit}`, node) : undefined;
  return typeof withUnit === 'number' ? withUnit : valueOfText(text, node);
}
