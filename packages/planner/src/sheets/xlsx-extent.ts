import { fail } from '@carrel/contract/errors';
import type { SheetLimits } from './sheet.ts';

const tag = /<(?:[\w.-]+:)?(row|c)(?![\w:.-])/g;
const attributes = /(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>&]*"|'[^'<>&]*'))*\s*\/?>/y;
const reference = /\sr\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']/;
const anyReference = /\sr\s*=/;

/**
 * Measures the rectangle that the cells of a worksheet span, which is what reading it takes, however few there are.
 * Rows and cells have to be written the way spreadsheet programs write them, so that nothing is read otherwise later.
 *
 * @returns `undefined` when the part is no worksheet
 * @throws {SHEETS_DAMAGED}
 * @throws {SHEETS_TOO_LARGE}
 */
export function checkWorksheet(part: Uint8Array, limits: SheetLimits): { cells: number } | undefined {
  const text = new TextDecoder().decode(part);
  if (!/<(?:[\w.-]+:)?worksheet[\s>]/.test(text)) return undefined;
  let rows = 0;
  let columns = 0;
  for (const { 0: start, 1: name, index } of text.matchAll(tag)) {
    attributes.lastIndex = index + start.length;
    const written = attributes.exec(text)?.[0];
    if (written === undefined) throw fail('SHEETS_DAMAGED', { reason: 'a cell is not written as one' });
    const found = reference.exec(written);
    if (found === null) {
      if (name === 'c' || anyReference.test(written)) {
        throw fail('SHEETS_DAMAGED', { reason: 'a cell has no valid place' });
      }
      rows += 1;
      continue;
    }
    rows = Math.max(rows, Number(found[2]));
    columns = Math.max(columns, columnNumber(found[1] ?? ''));
    if (rows > limits.maxRows) throw fail('SHEETS_TOO_LARGE', { what: 'rows', most: limits.maxRows });
    if (columns > limits.maxColumns) {
      throw fail('SHEETS_TOO_LARGE', { what: 'columns', most: limits.maxColumns });
    }
  }
  return { cells: rows * columns };
}

function columnNumber(letters: string): number {
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}
