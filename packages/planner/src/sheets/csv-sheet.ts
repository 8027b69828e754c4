import { fail } from '@carrel/contract/errors';
import Papa from 'papaparse';
import { type CsvDialect, detectDialect, parseField } from './csv-dialect.ts';
import { detectEncoding } from './csv-encoding.ts';
import { formulaLike, unmarkFormula } from './csv-formula.ts';
import type { Cell, Sheet, SheetLimits } from './sheet.ts';
import { sheetFromGrid } from './sheet-from-grid.ts';

/**
 * Reads a CSV file (RFC 4180 and its European relatives: `;` or tab, decimal commas, UTF-16, Windows-1252).
 *
 * @throws {SHEETS_DAMAGED} a quote that does not end
 * @throws {SHEETS_TOO_LARGE}
 */
export function readCsv(bytes: Uint8Array, limits: SheetLimits): Sheet {
  const text = new TextDecoder(detectEncoding(bytes)).decode(bytes);
  const dialect = detectDialect(text.slice(0, 1_000_000));
  const grid: Cell[][] = [];
  let cells = 0;
  Papa.parse<string[]>(text.slice(dialect.skippedCharacters), {
    delimiter: dialect.delimiter,
    step: ({ data, errors: [error] }) => {
      if (error !== undefined) {
        throw fail('SHEETS_DAMAGED', { reason: `line ${grid.length + 1} has a quote that does not end` });
      }
      cells += data.length;
      checkExtent(grid.length + 1, data.length, cells, limits);
      grid.push(data.map((field) => readField(field, dialect)));
    },
  });
  return sheetFromGrid('Sheet1', grid);
}

/**
 * Writes a CSV file as every spreadsheet program reads it: UTF-8 with byte order mark, commas, CRLF, decimal points.
 * Texts that would run as a formula get an apostrophe in front; numbers stay numbers.
 */
export function writeCsv({ columns, rows }: Sheet): Uint8Array {
  const text = Papa.unparse(
    [columns, ...rows].map((row) => row.map(writableCell)),
    {
      newline: '\r\n',
      escapeFormulae: formulaLike,
    },
  );
  return new TextEncoder().encode(`\uFEFF${text}\r\n`);
}

function readField(field: string, dialect: CsvDialect): Cell {
  const unmarked = unmarkFormula(field);
  return unmarked === field ? parseField(field, dialect) : unmarked;
}

function writableCell(cell: Cell): Cell {
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell;
}

function checkExtent(rows: number, columns: number, cells: number, limits: SheetLimits): void {
  if (rows > limits.maxRows) throw fail('SHEETS_TOO_LARGE', { what: 'rows', most: limits.maxRows });
  if (columns > limits.maxColumns) {
    throw fail('SHEETS_TOO_LARGE', { what: 'columns', most: limits.maxColumns });
  }
  if (cells > limits.maxCells) throw fail('SHEETS_TOO_LARGE', { what: 'cells', most: limits.maxCells });
}
