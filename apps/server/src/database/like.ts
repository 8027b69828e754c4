import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

/** Whether the column contains the text; what is special in LIKE is taken literally. */
export function contains(column: Expression<string>, text: string): RawBuilder<SqlBool> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<SqlBool>`${column} like ${pattern} escape '\\'`;
}
