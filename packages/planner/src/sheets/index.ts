export { type Cell, defaultSheetLimits, type Sheet, type SheetFormat, type SheetLimits } from './sheet.ts';
export { readSheets, writeSheets } from './sheets.ts';
