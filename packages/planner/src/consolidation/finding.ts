/** Something about the tables of an assessment that whoever made them should know. */
export interface ConsolidationFinding {
  /** With an error there is no assessment. */
  readonly severity: 'error' | 'warning';
  readonly code: ConsolidationFindingCode;
  /** Table, column and row, such as `Servers: Speed MHz, row 7`. */
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
}

/** Every kind of finding, with what it means. */
export const consolidationFindingCodes = {
  TABLE_MISSING: 'A table that is needed is not there.',
  TABLE_UNKNOWN: 'A table is none that is known; it was left out.',
  COLUMN_MISSING: 'A column that is needed is not there.',
  COLUMN_UNKNOWN: 'A column is none that is known; it was left out.',
  CELL_INVALID: 'A cell is empty that must not be, or holds something else than its column.',
  NAME_TWICE: 'Two rows have the same name.',
  SERVER_UNKNOWN: 'A row is about a server that the inventory does not have.',
  COUNTER_UNKNOWN: 'Samples of a counter that the assessment does not use.',
  NOT_MEASURED: 'Nothing is known of what servers use of a resource; it counts as nothing.',
  SAMPLES_FEW: 'The samples span less time than the book asks for.',
  SAMPLES_GAPS: 'Intervals have no samples; the mean of the server stands there.',
  GUESTS_LEFT_OUT: 'Rows of an export are about things that do not run.',
} as const;
export type ConsolidationFindingCode = keyof typeof consolidationFindingCodes;
