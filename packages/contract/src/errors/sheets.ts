import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of reading and writing tables (CSV, XLSX). */
export const sheetErrors = {
  SHEETS_DAMAGED: {
    errorClass: 'damaged',
    httpStatus: 422,
    message: 'The table cannot be read: {reason}.',
    remedy: 'Open it in a spreadsheet program and save it again as XLSX or CSV.',
  },
  SHEETS_TOO_LARGE: {
    errorClass: 'usage',
    httpStatus: 413,
    message: 'The table has too many {what}: at most {most} are read.',
    remedy: 'Split the file, or leave out what is not needed.',
  },
  SHEETS_NOT_ONE: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'CSV holds one table, not {count}.',
    remedy: 'Write XLSX, or one CSV file a table.',
  },
} as const satisfies ErrorCatalogue;
