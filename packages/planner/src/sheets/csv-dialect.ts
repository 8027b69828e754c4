import type { Cell } from './sheet.ts';

/** How a CSV file separates its fields and writes its numbers. */
export interface CsvDialect {
  readonly delimiter: ',' | ';' | '\t' | '|';
  /** Where it is a comma, a point groups thousands; `undefined` where no number of the file shows which it is. */
  readonly decimalMark: '.' | ',' | undefined;
  /** How many characters stand before the headings: a line `sep=;` for spreadsheet programs. */
  readonly skippedCharacters: number;
}

const delimiters = [';', ',', '\t', '|'] as const;
const separatorLine = /^sep=([;,\t|])\r?\n/i;
const commaDecimal = /^[+-]?\d{1,3}(?:\.\d{3})*,\d+$|^[+-]?\d+,\d+$/;
/** With three digits behind it, a point may group. */
const pointDecimal = /^[+-]?(?:0\.\d+|\d{4,}\.\d+|\d+\.(?:\d{1,2}|\d{4,}))(?:[eE][+-]?\d+)?$/;

/**
 * Reads the dialect off the beginning of a file. The delimiter is the one that its heading line has most of outside
 * quotes; the decimal mark is a comma where the delimiter is not and some field is written so, else a point where the
 * delimiter is a comma or some field is written so.
 */
export function detectDialect(start: string): CsvDialect {
  const stated = separatorLine.exec(start);
  const text = start.slice(stated?.[0].length ?? 0);
  const delimiter = delimiters.find((each) => each === stated?.[1]) ?? commonestDelimiter(text);
  return {
    delimiter,
    decimalMark: delimiter === ',' ? '.' : shownMark(text, delimiter),
    skippedCharacters: stated?.[0].length ?? 0,
  };
}

const pointNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const commaNumber = /^-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?(?:[eE][+-]?\d+)?$/;
/** `1.234` is 1,234 to one reader and a little more than one to the other: left as text, so that it is asked about. */
const ambiguousNumber = /^-?[1-9]\d{0,2}\.\d{3}$/;

/**
 * The value of a field. What is written like a number becomes one, unless that would lose something: leading zeros, a
 * plus sign or more digits than a number holds keep it text.
 */
export function parseField(field: string, { decimalMark }: CsvDialect): Cell {
  const text = field.trim();
  if (text === '') return null;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const isNumber = (decimalMark === ',' ? commaNumber : pointNumber).test(text);
  if (!isNumber || (decimalMark !== '.' && ambiguousNumber.test(text))) return field;
  const plain = decimalMark === ',' ? text.replaceAll('.', '').replace(',', '.') : text;
  const value = Number(plain);
  return Number.isFinite(value) && (String(value) === plain || digitCount(plain) <= 15) ? value : field;
}

function digitCount(number: string): number {
  return number
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '').length;
}

function commonestDelimiter(text: string): CsvDialect['delimiter'] {
  const heading = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text.trimStart())?.[0] ?? '';
  const bare = heading.replace(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length - 1 }));
  const best = counts.reduce((most, each) => (each.count > most.count ? each : most));
  return best.count === 0 ? ',' : best.delimiter;
}

function shownMark(text: string, delimiter: string): CsvDialect['decimalMark'] {
  const fields = text
    .split(/\r?\n/)
    .flatMap((line) => line.split(delimiter).map((field) => field.trim().replace(/^"(.*)"$/, '$1')));
  if (fields.some((field) => commaDecimal.test(field))) return ',';
  return fields.some((field) => pointDecimal.test(field)) ? '.' : undefined;
}
