import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import readWorkbook from 'read-excel-file/universal';
import writeWorkbook from 'write-excel-file/universal';
import type { Cell, Sheet, SheetLimits } from './sheet.ts';
import { sheetFromGrid } from './sheet-from-grid.ts';
import { checkedWorkbook } from './xlsx-parts.ts';
import { escapeWorkbookText, sheetNameFor } from './xlsx-text.ts';

/**
 * Reads all sheets of a workbook; dates become ISO 8601 in UTC, results of formulas their last value, errors nothing.
 *
 * @throws {SHEETS_DAMAGED}
 * @throws {SHEETS_TOO_LARGE}
 */
export async function readXlsx(bytes: Uint8Array, limits: SheetLimits): Promise<Sheet[]> {
  const workbook = checkedWorkbook(bytes, limits);
  try {
    const sheets = await readWorkbook(new Blob([Uint8Array.from(workbook)]), { trim: false });
    return sheets.map(({ sheet, data }) =>
      sheetFromGrid(
        sheet,
        data.map((row) => row.map(cellOf)),
      ),
    );
  } catch (error) {
    if (!(error instanceof Error) || isAppError(error)) throw error;
    throw fail('SHEETS_DAMAGED', { reason: 'its parts do not fit together' }, error);
  }
}

/** Writes a workbook whose heading rows stay in view; names that no sheet may have are changed. */
export async function writeXlsx(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const names = new Set<string>();
  const pages = sheets.map(({ name, columns, rows }) => {
    const sheet = sheetNameFor(name, names);
    names.add(sheet.toLowerCase());
    const heading = columns.map((column) => ({ ...writableText(column), fontWeight: 'bold' as const }));
    return { sheet, data: [heading, ...rows.map((row) => row.map(writableCell))], stickyRowsCount: 1 };
  });
  const blob = await writeWorkbook(pages).toBlob();
  return new Uint8Array(await blob.arrayBuffer());
}

function cellOf(value: unknown): Cell {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function writableCell(cell: Cell) {
  if (typeof cell === 'string') return cell === '' ? null : writableText(cell);
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell;
}

/** With its type, so that a text is one whatever it begins with. */
function writableText(text: string) {
  return { value: escapeWorkbookText(text), type: String };
}
