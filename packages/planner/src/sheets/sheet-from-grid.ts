import type { Cell, Sheet } from './sheet.ts';

/**
 * Makes a sheet of rows as they stand in a file: the first that is not empty holds the headings, empty ones are left
 * out, short ones filled up.
 */
export function sheetFromGrid(name: string, grid: readonly (readonly Cell[])[]): Sheet {
  const [headings = [], ...rows] = grid.filter((row) => row.some((cell) => cell !== null));
  const width = rows.reduce((widest, row) => Math.max(widest, filledLength(row)), filledLength(headings));
  const columns = Array.from({ length: width }, (_, index) => textOf(headings[index]).trim());
  return { name, columns, rows: rows.map((row) => columns.map((_, index) => row[index] ?? null)) };
}

function filledLength(row: readonly Cell[]): number {
  return row.findLastIndex((cell) => cell !== null) + 1;
}

function textOf(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? '' : String(cell);
}
