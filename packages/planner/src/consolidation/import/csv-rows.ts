import { fail } from '@carrel/contract/errors';
import Papa from 'papaparse';
import { type CsvDialect, detectDialect, detectEncoding } from '../../sheets/index.ts';

/** Rows of a CSV file, with what separates their fields. */
export interface CsvBlock {
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: CsvDialect['delimiter'];
}

/** Far beyond any row, and below what a machine minds. */
const mostRowCharacters = 16 * 1024 ** 2;

/**
 * Reads a CSV file of any size block by block, each of whole rows; memory holds two blocks.
 *
 * @param chunks the file, cut anywhere but within its first four bytes
 * @throws {SHEETS_DAMAGED} a row does not end
 */
export async function* readCsvBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvBlock> {
  let decoder: TextDecoder | undefined;
  let delimiter: CsvDialect['delimiter'] | undefined;
  let rest = '';
  const block = (text: string): CsvBlock => {
    let rows = text;
    if (delimiter === undefined) {
      const dialect = detectDialect(text);
      delimiter = dialect.delimiter;
      rows = text.slice(dialect.skippedCharacters);
    }
    return { rows: Papa.parse<string[]>(rows, { delimiter, skipEmptyLines: true }).data, delimiter };
  };
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(detectEncoding(chunk));
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf('\n') + 1;
    // A row may go on behind a line break that stands in quotes.
    if (end === 0 || hasOpenQuote(rest, end)) {
      if (rest.length > mostRowCharacters) throw fail('SHEETS_DAMAGED', { reason: 'a row does not end' });
      continue;
    }
    yield block(rest.slice(0, end));
    rest = rest.slice(end);
  }
  rest += decoder?.decode() ?? '';
  if (rest !== '') yield block(rest);
}

function hasOpenQuote(text: string, end: number): boolean {
  let isOpen = false;
  for (let at = text.indexOf('"'); at >= 0 && at < end; at = text.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}
