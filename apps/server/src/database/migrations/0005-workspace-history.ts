import { type Kysely, sql } from 'kysely';
import { text, whole } from './columns.ts';

/** Who had a workspace at what time, how revisions came to be, and what a search for workspaces looks into. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const revisions = text(
    db.schema.createTable('assignment_revisions'),
    ...['workspace_id', 'changes_json', 'updated_by'],
  );
  await whole(revisions, 'revision', 'updated_at')
    .addPrimaryKeyConstraint('assignment_revisions_key', ['workspace_id', 'revision'])
    .execute();
  await db.schema
    .alterTable('workspaces')
    .addColumn('assignments_revision', 'bigint', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .alterTable('workspaces')
    .addColumn('search_key', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('workspace_revisions')
    .addColumn('origin_json', 'text', (column) => column.notNull().defaultTo('{"kind":"edited"}'))
    .execute();
  await sql`update workspaces set search_key = name_key || ' ' || lower(description)`.execute(db);
}
