/** What a cell holds; an empty cell and an empty text are both `null`. */
export type Cell = string | number | boolean | null;

/** A table with one heading row. */
export interface Sheet {
  /** As the workbook calls it; `Sheet1` for CSV, which has no names. */
  readonly name: string;
  readonly columns: readonly string[];
  /** As many cells a row as there are columns. */
  readonly rows: readonly (readonly Cell[])[];
}

export type SheetFormat = 'csv' | 'xlsx';

/** What a file may demand of the machine that reads it. */
export interface SheetLimits {
  /** Of the file as it is. */
  readonly maxFileBytes: number;
  /** Of all parts of a workbook together, unpacked. */
  readonly maxUnpackedBytes: number;
  /** How many bytes a packed byte may unpack to: workbooks reach 50, bombs 1,000. */
  readonly maxUnpackedRatio: number;
  readonly maxSheets: number;
  /** Of a sheet, heading included; what a spreadsheet program holds. */
  readonly maxRows: number;
  readonly maxColumns: number;
  /** Of all sheets together, empty ones within their extent included. */
  readonly maxCells: number;
}

export const defaultSheetLimits: SheetLimits = {
  maxFileBytes: 64 * 1024 ** 2,
  maxUnpackedBytes: 256 * 1024 ** 2,
  maxUnpackedRatio: 200,
  maxSheets: 100,
  maxRows: 1_048_576,
  maxColumns: 16_384,
  maxCells: 5_000_000,
};
