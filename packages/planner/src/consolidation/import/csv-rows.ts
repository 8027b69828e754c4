import Papa from 'papaparse';
import { type CsvDialect, detectDialect, detectEncoding } from '../../sheets/index.ts';

/** A block of rows of a CSV file, with how its numbers are written. */
export interface CsvBlock {
  readonly rows: readonly (readonly string[])[];
  readonly dialect: CsvDialect;
}

/**
 * Reads a CSV file of any size block by block, each of whole rows; memory holds two blocks.
 *
 * @param chunks the file, cut anywhere
 */
export async function* readCsvBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvBlock> {
  let decoder: TextDecoder | undefined;
  let dialect: CsvDialect | undefined;
  let rest = '';
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(detectEncoding(chunk));
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf('\n') + 1;
    // A row may go on behind a line break that stands in quotes.
    if (end === 0 || hasOpenQuote(rest, end)) continue;
    dialect ??= detectDialect(rest.slice(0, 100_000));
    yield { rows: rowsOf(rest.slice(0, end), dialect), dialect };
    rest = rest.slice(end);
  }
  rest += decoder?.decode() ?? '';
  dialect ??= detectDialect(rest);
  if (rest !== '') yield { rows: rowsOf(rest, dialect), dialect };
}

function rowsOf(text: string, { delimiter }: CsvDialect): string[][] {
  return Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true }).data;
}

function hasOpenQuote(text: string, end: number): boolean {
  let isOpen = false;
  for (let at = text.indexOf('"'); at >= 0 && at < end; at = text.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}
