import type { Prose } from '../document/model/plan-document.ts';
import { plainText } from '../document/model/prose.ts';
import type { Cell, Sheet } from '../sheets/index.ts';

/** A job aid of the planning guide: a form that architects fill in. */
export interface JobAid {
  readonly name: string;
  readonly columns: readonly string[];
  /** As many cells a row as there are columns. */
  readonly rows: readonly (readonly Prose[])[];
}

/** The job aid as a table of a workbook; a cell that is one bare number stays a number. */
export function sheetOf({ name, columns, rows }: JobAid): Sheet {
  return { name, columns, rows: rows.map((cells) => cells.map(cellOf)) };
}

function cellOf(line: Prose): Cell {
  const [only, ...others] = line;
  if (only === undefined) return null;
  // With a unit behind it, it is read and not summed up.
  const isBare = only.kind === 'number' && others.length === 0 && /^[\d,.\s]+$/u.test(only.text);
  return isBare ? only.value : plainText(line);
}
