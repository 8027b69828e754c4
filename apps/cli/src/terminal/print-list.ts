import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface ListColumn<Item> {
  readonly heading: string;
  readonly value: (item: Item) => string | number | boolean | null;
}

/** Prints items as a table, or one JSON line each. An empty list says what to do next. */
export async function printList<Item>(
  terminal: Terminal,
  items: AsyncIterable<Item> | Iterable<Item>,
  options: {
    readonly columns: readonly ListColumn<Item>[];
    readonly isJson: boolean;
    readonly whenEmpty: string;
  },
): Promise<void> {
  const rows: string[][] = [];
  for await (const item of items) {
    if (options.isJson) terminal.out(JSON.stringify(item));
    else rows.push(options.columns.map((column) => String(column.value(item) ?? '-')));
  }
  if (options.isJson) return;
  if (rows.length === 0) terminal.note(options.whenEmpty);
  for (const line of formatTable(
    options.columns.map((column) => column.heading),
    rows,
  ))
    terminal.out(line);
}
