import type { Kysely } from 'kysely';
import { text, whole } from './columns.ts';

/** Plans of the planner, and their latest revisions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await whole(
    text(
      db.schema.createTable('plans'),
      ...['id', 'name', 'name_key', 'description', 'document_json', 'created_by', 'updated_by'],
    ),
    ...['revision', 'created_at', 'updated_at'],
  )
    .addPrimaryKeyConstraint('plans_key', ['id'])
    .addUniqueConstraint('plans_name', ['name_key'])
    .execute();
  await whole(text(db.schema.createTable('plan_revisions'), 'plan_id', 'document_json'), 'revision')
    .addPrimaryKeyConstraint('plan_revisions_key', ['plan_id', 'revision'])
    .addForeignKeyConstraint('plan_revisions_plan', ['plan_id'], 'plans', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
}
