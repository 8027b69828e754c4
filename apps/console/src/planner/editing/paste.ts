import type { SettingNode } from '../../schema-fields/index.ts';
import { matchHeadings, type NamedColumn } from './column-names.ts';
import { parseNumberText } from './number-text.ts';
import type { DraftRow } from './plan-draft.ts';
import { withRowValue } from './row-value.ts';

/** A column of a table that cells are pasted into. */
export interface PasteColumn extends NamedColumn {
  readonly node: SettingNode;
}

/** Cells of a spreadsheet as its clipboard text has them; `undefined` for a text that belongs into one cell. */
export function cellsOf(text: string): readonly (readonly string[])[] | undefined {
  const lines = text.replace(/(\r?\n)+$/u, '').split(/\r?\n/u);
  if (lines.length === 1 && !text.includes('\t')) return undefined;
  return lines.map((line) => line.split('\t').map((cell) => cell.trim()));
}

/**
 * Rows with cells of a spreadsheet put in. Where the first line holds headings of the table, cells go by these,
 * otherwise rightwards from where the cursor stands. Rows are added as needed.
 */
export function pasteCells(
  rows: readonly DraftRow[],
  columns: readonly PasteColumn[],
  cells: readonly (readonly string[])[],
  at: { readonly row: number; readonly column: number },
  makeRow: () => DraftRow,
): readonly DraftRow[] {
  const headings = headingsOf(columns, cells[0] ?? []);
  const targets = headings ?? (cells[0] ?? []).map((_, index) => columns[at.column + index]);
  const result = [...rows];
  for (const [index, line] of (headings ? cells.slice(1) : cells).entries()) {
    const target = at.row + index;
    let row = result[target] ?? makeRow();
    for (const [cell, column] of targets.entries()) {
      const text = line[cell];
      if (column === undefined || text === undefined) continue;
      row = withRowValue(row, column.node.path, valueOfText(text, column.node));
    }
    result[target] = row;
  }
  return result;
}

function headingsOf(
  columns: readonly PasteColumn[],
  line: readonly string[],
): readonly (PasteColumn | undefined)[] | undefined {
  const found = matchHeadings(line, columns, false);
  const first = found[0];
  return first !== undefined && found.filter((column) => column !== undefined).length * 2 > line.length
    ? found
    : undefined;
}

/** The value a text stands for in a field. */
export function valueOfText(text: string, node: SettingNode): unknown {
  if (text === '' && node.isNullable) return null;
  switch (node.kind) {
    case 'number':
      return parseNumberText(text, node);
    case 'switch':
      return /^(1|y|yes|true|x)$/iu.test(text);
    case 'texts':
      return text
        .split(/[;,]/u)
        .map((each) => each.trim())
        .filter((each) => each !== '');
    case 'text':
    case 'choice':
    case 'list':
      return text;
  }
}
