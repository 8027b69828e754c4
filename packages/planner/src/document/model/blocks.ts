import type { Block, Prose, Section, TableBlock } from './plan-document.ts';
import { words } from './prose.ts';

export function paragraph(text: Prose): Block {
  return { kind: 'paragraph', text };
}

export function list(items: readonly Prose[]): Block {
  return { kind: 'list', isOrdered: false, items };
}

/** @param columns titles; those that begin with `#` hold numbers */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Prose[])[],
): TableBlock {
  return {
    kind: 'table',
    caption,
    columns: columns.map((title) =>
      title.startsWith('#') ? { title: title.slice(1), isNumeric: true } : { title },
    ),
    rows,
  };
}

export function section(
  id: string,
  title: string | Prose,
  blocks: readonly Block[],
  sections: readonly Section[] = [],
): Section {
  return { id, title: typeof title === 'string' ? words(title) : title, blocks, sections };
}
