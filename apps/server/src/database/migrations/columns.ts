import type { CreateTableBuilder } from 'kysely';

type Builder = CreateTableBuilder<string, string>;

/** Text columns that must have a value. */
export function text(table: Builder, ...names: string[]): Builder {
  return names.reduce((built, name) => built.addColumn(name, 'text', (column) => column.notNull()), table);
}

/** Columns for whole numbers that must have a value: times, sizes, flags. */
export function whole(table: Builder, ...names: string[]): Builder {
  return names.reduce((built, name) => built.addColumn(name, 'bigint', (column) => column.notNull()), table);
}
