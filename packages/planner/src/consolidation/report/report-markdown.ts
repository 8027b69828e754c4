import type { Cell, Sheet } from '../../sheets/index.ts';

/** Tables as Markdown, each under its name; empty ones are left out. */
export function sheetsToMarkdown(title: string, sheets: readonly Sheet[]): string {
  const parts = sheets
    .filter(({ rows }) => rows.length > 0)
    .map(({ name, columns, rows }) =>
      [
        `## ${cellText(name)}`,
        '',
        line(columns),
        line(columns.map((_, index) => (rows.every((row) => isNumeric(row[index])) ? '--:' : '---'))),
        ...rows.map(line),
        '',
      ].join('\n'),
    );
  return [`# ${cellText(title)}`, '', ...parts].join('\n');
}

function line(cells: readonly Cell[]): string {
  return `| ${cells.map(cellText).join(' | ')} |`;
}

/** Names come from tables of others: nothing in them may be markup. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return String(cell)
    .replace(/[\\`*_{}[\]<>#|!~&]/g, (character) => (character === '&' ? '&amp;' : `\\${character}`))
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function isNumeric(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || cell === null || cell === undefined;
}
