import type { Cell, Sheet } from '../../sheets/index.ts';
import type { ConsolidationFinding } from '../finding.ts';

/** A column of a table: what it may be called, and what its cells hold. */
export interface Column {
  /** The heading of the template first; others are taken too. Case and blanks do not matter. */
  readonly headings: readonly [string, ...string[]];
  /** `count` allows grouped digits, which no decimal number is mistaken for. */
  readonly kind: 'text' | 'number' | 'count' | 'flag';
  readonly isRequired?: boolean;
}

type ValueOf<C extends Column> = C['kind'] extends 'text'
  ? string
  : C['kind'] extends 'flag'
    ? boolean
    : C extends { readonly isRequired: true }
      ? number
      : number | null;

/** The cells of a row by the names of their columns; an empty text is `''`, an empty flag `false`. */
export type RowOf<C extends Readonly<Record<string, Column>>> = { readonly [K in keyof C]: ValueOf<C[K]> };

/** The rows of a sheet that are without errors, and everything that is wrong or left out. */
export interface ReadRows<Row> {
  readonly rows: readonly Row[];
  readonly findings: readonly ConsolidationFinding[];
}

/** Whether a sheet has the columns that are required. */
export function hasColumns(sheet: Sheet, columns: Readonly<Record<string, Column>>): boolean {
  return Object.values(columns).every((column) => column.isRequired !== true || indexOf(sheet, column) >= 0);
}

/**
 * Reads the rows of a sheet by its headings.
 *
 * @param isOwnTable a heading that is unknown is a mistake, not one of a hundred columns of another program
 */
export function readRows<const C extends Readonly<Record<string, Column>>>(
  sheet: Sheet,
  columns: C,
  isOwnTable: boolean,
): ReadRows<RowOf<C>> {
  const found = Object.entries(columns).map(([key, column]) => ({
    key,
    column,
    index: indexOf(sheet, column),
  }));
  const missing = found.filter(({ column, index }) => column.isRequired === true && index < 0);
  if (missing.length > 0) {
    return { rows: [], findings: missing.map(({ column }) => columnMissing(sheet, column)) };
  }
  const findings: ConsolidationFinding[] = isOwnTable ? unknownColumns(sheet, found) : [];
  const rows = sheet.rows.flatMap((cells, rowIndex) => {
    const values: Record<string, Cell> = {};
    let isValid = true;
    for (const { key, column, index } of found) {
      const value = valueOf(index < 0 ? null : (cells[index] ?? null), column);
      if (value === undefined) {
        findings.push(cellInvalid(sheet, column, rowIndex, cells[index] ?? null));
        isValid = false;
      } else values[key] = value;
    }
    // `valueOf` gives each cell the type of its column.
    return isValid ? [values as RowOf<C>] : [];
  });
  return { rows, findings };
}

function indexOf(sheet: Sheet, { headings }: Column): number {
  const wanted = new Set(headings.map(plain));
  return sheet.columns.findIndex((heading) => wanted.has(plain(heading)));
}

function plain(heading: string): string {
  return heading.toLowerCase().replace(/\s+/g, ' ').trim();
}

function valueOf(cell: Cell, { kind, isRequired }: Column): Cell | undefined {
  if (cell === null && isRequired === true) return undefined;
  switch (kind) {
    case 'text':
      return cell === null ? '' : String(cell).trim();
    case 'flag':
      return cell === null ? false : flagOf(cell);
    case 'number':
      return cell === null ? null : numberOf(cell);
    case 'count': {
      const ungrouped = typeof cell === 'string' && /^\d{1,3}(?:[., \u00a0']\d{3})+$/.test(cell.trim());
      return cell === null ? null : numberOf(ungrouped ? Number(cell.replace(/\D/g, '')) : cell);
    }
  }
}

function numberOf(cell: Cell): number | undefined {
  return typeof cell === 'number' && Number.isFinite(cell) && cell >= 0 ? cell : undefined;
}

function flagOf(cell: Cell): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  const word = String(cell).trim().toLowerCase();
  if (['yes', 'y', 'true', '1', 'x'].includes(word)) return true;
  return ['no', 'n', 'false', '0', ''].includes(word) ? false : undefined;
}

function columnMissing(sheet: Sheet, column: Column): ConsolidationFinding {
  const [heading, ...others] = column.headings;
  return {
    severity: 'error',
    code: 'COLUMN_MISSING',
    place: sheet.name,
    message: `${sheet.name} has no column ${heading}.`,
    remedy: `Add it${others.length === 0 ? '' : ` (also taken: ${others.join(', ')})`}, with a value in each row.`,
  };
}

function unknownColumns(
  sheet: Sheet,
  found: readonly { readonly column: Column; readonly index: number }[],
): ConsolidationFinding[] {
  const unknown = sheet.columns.filter(
    (heading, index) => heading !== '' && found.every((each) => each.index !== index),
  );
  if (unknown.length === 0) return [];
  const possible = found.filter(({ index }) => index < 0).map(({ column }) => column.headings[0]);
  return [
    {
      severity: 'warning',
      code: 'COLUMN_UNKNOWN',
      place: sheet.name,
      message: `${sheet.name} has columns that are not known and were left out: ${unknown.join(', ')}.`,
      remedy: `Columns that there could be too: ${possible.join(', ')}.`,
    },
  ];
}

function cellInvalid(
  sheet: Sheet,
  { headings, kind }: Column,
  row: number,
  cell: Cell,
): ConsolidationFinding {
  const wanted = { text: 'a text', number: 'a number from 0', count: 'a number from 0', flag: 'yes or no' }[
    kind
  ];
  const [heading] = headings;
  return {
    severity: 'error',
    code: 'CELL_INVALID',
    // The heading row is the first.
    place: `${sheet.name}: ${heading}, row ${row + 2}`,
    message: cell === null ? `${heading} is empty.` : `${heading} is ${JSON.stringify(cell)}.`,
    remedy: `Enter ${wanted}.`,
  };
}
