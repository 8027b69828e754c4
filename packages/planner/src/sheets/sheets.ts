import { fail } from '@carrel/contract/errors';
import { readCsv, writeCsv } from './csv-sheet.ts';
import { defaultSheetLimits, type Sheet, type SheetFormat, type SheetLimits } from './sheet.ts';
import { readXlsx, writeXlsx } from './xlsx-sheet.ts';

/**
 * Reads the tables of a file that anyone may have made.
 *
 * @param limits what differs from {@link defaultSheetLimits}
 * @returns one sheet for CSV; those of a workbook in its order
 * @throws {SHEETS_DAMAGED} it is not of this format, or only a part of it
 * @throws {SHEETS_TOO_LARGE} it would take more than the limits allow
 */
export async function readSheets(
  bytes: Uint8Array,
  format: SheetFormat,
  limits: Partial<SheetLimits> = {},
): Promise<Sheet[]> {
  const allowed = { ...defaultSheetLimits, ...limits };
  if (bytes.length > allowed.maxFileBytes) {
    throw fail('SHEETS_TOO_LARGE', { what: 'bytes', most: allowed.maxFileBytes });
  }
  return format === 'csv' ? [readCsv(bytes, allowed)] : readXlsx(bytes, allowed);
}

/**
 * Writes tables as a file that spreadsheet programs open; nothing in it runs as a formula. Numbers that are not finite
 * become empty cells.
 *
 * @throws {SHEETS_NOT_ONE} CSV holds one sheet only
 */
export async function writeSheets(sheets: readonly Sheet[], format: SheetFormat): Promise<Uint8Array> {
  if (format === 'xlsx') return writeXlsx(sheets);
  const [sheet, ...others] = sheets;
  if (sheet === undefined || others.length > 0) throw fail('SHEETS_NOT_ONE', { count: sheets.length });
  return writeCsv(sheet);
}
