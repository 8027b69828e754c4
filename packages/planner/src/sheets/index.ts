export { type CsvDialect, detectDialect } from './csv-dialect.ts';
export { detectEncoding } from './csv-encoding.ts';
export { type Cell, defaultSheetLimits, type Sheet, type SheetFormat, type SheetLimits } from './sheet.ts';
export { readSheets, writeSheets } from './sheets.ts';
