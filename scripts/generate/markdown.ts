/** Opens a generated page; says where it comes from so that nobody edits it. */
export function page(title: string, introduction: string, ...sections: readonly string[]): string {
  const notice = '<!-- Generated from the code by npm run generate. Do not edit. -->';
  return `${[notice, `# ${title}`, introduction, ...sections].join('\n\n')}\n`;
}

/** A Markdown table. `|` in a cell is escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
