import { sql } from 'kysely';
import type { DatabaseCapabilities } from './capabilities.ts';
import type { Queries, Transaction } from './database.ts';

/** A row with the names of its columns as the database has them; the same on every database. */
export type PortableRow = Readonly<Record<string, string | number | null>>;

/** Rows are written in statements of at most this many values; SQLite takes 32,766. */
const valuesAtOnce = 10_000;
const rowsRead = 500;

/** Every table of ours, by name; not what the migrations keep for themselves. */
export async function listTables(queries: Queries): Promise<string[]> {
  const tables = await queries.withoutPlugins().introspection.getTables();
  return tables.map(({ name }) => name).toSorted();
}

/** Removes every table, and what the migrations keep for themselves. */
export async function dropTables(transaction: Transaction): Promise<void> {
  const raw = transaction.withoutPlugins();
  const tables = await raw.introspection.getTables({ withInternalKyselyTables: true });
  for (const { name } of tables) await sql`drop table ${sql.table(name)} cascade`.execute(raw);
}

/** Every row of a table, a few in memory at a time. Within a snapshot or transaction. */
export async function* exportRows(queries: Queries, table: string): AsyncGenerator<PortableRow> {
  const rows = queries
    .withoutPlugins()
    .selectFrom(sql<Record<string, unknown>>`${sql.table(table)}`.as('source'))
    .selectAll()
    .stream(rowsRead);
  for await (const row of rows) yield portable(table, row);
}

/** A kind of value that no column has yet would be lost without a word. */
function portable(table: string, row: Record<string, unknown>): PortableRow {
  const isPlain = (value: unknown): value is string | number | null =>
    value === null || typeof value === 'string' || typeof value === 'number';
  for (const [name, value] of Object.entries(row)) {
    if (!isPlain(value))
      throw new TypeError(`${table}.${name} holds a value that is neither text nor number`);
  }
  return row as PortableRow;
}

/**
 * Puts rows in the place of everything the tables hold. References between rows are checked when all are in.
 *
 * @param write is given the function that takes rows of a table, to be called as often as wanted
 */
export async function replaceRows(
  transaction: Transaction,
  capabilities: DatabaseCapabilities,
  write: (insert: (table: string, rows: readonly PortableRow[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const raw = transaction.withoutPlugins();
  const restore =
    capabilities.lateForeignKeys === 'deferrable' ? await deferChecks(raw) : await dropForeignKeys(raw);
  for (const table of await listTables(transaction)) await sql`delete from ${sql.table(table)}`.execute(raw);
  await write((table, rows) => insertRows(raw, capabilities, table, rows));
  await restore();
}

async function insertRows(
  raw: Transaction,
  capabilities: DatabaseCapabilities,
  table: string,
  rows: readonly PortableRow[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return;
  const names = sql.join(columns.map((column) => sql.ref(column)));
  // PostgreSQL numbers rows itself unless it is told to take the numbers given.
  const override = capabilities.lateForeignKeys === 'droppable' ? sql`overriding system value` : sql``;
  const step = Math.max(1, Math.floor(valuesAtOnce / columns.length));
  for (let start = 0; start < rows.length; start += step) {
    const values = rows
      .slice(start, start + step)
      .map((row) => sql`(${sql.join(columns.map((column) => sql.val(row[column] ?? null)))})`);
    await sql`insert into ${sql.table(table)} (${names}) ${override} values ${sql.join(values)}`.execute(raw);
  }
}

async function deferChecks(raw: Transaction): Promise<() => Promise<void>> {
  await sql`pragma defer_foreign_keys = on`.execute(raw);
  return () => Promise.resolve();
}

async function dropForeignKeys(raw: Transaction): Promise<() => Promise<void>> {
  const { rows } = await sql<{ table: string; name: string; definition: string }>`
    select relname as table, conname as name, pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where contype = 'f' and connamespace = current_schema()::regnamespace`.execute(raw);
  for (const { table, name } of rows) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(raw);
  }
  return async () => {
    for (const { table, name, definition } of rows) {
      await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(
        raw,
      );
    }
    await continueNumbering(raw);
  };
}

/** The next row that PostgreSQL numbers comes after those that were put in. */
async function continueNumbering(raw: Transaction): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES'`.execute(raw);
  for (const { table, column } of rows) {
    await sql`
      select setval(pg_get_serial_sequence(${table}, ${column}), coalesce(max(${sql.ref(column)}), 0) + 1, false)
      from ${sql.table(table)}`.execute(raw);
  }
}
