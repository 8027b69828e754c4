import type { Kysely } from 'kysely';
import { text, whole } from './columns.ts';

/** Users and groups that come from elsewhere, and the directories they come from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await userColumns(db);
  await groupColumns(db);
  const directories = text(
    db.schema.createTable('directories'),
    ...['id', 'name', 'name_key', 'content_json', 'wrapped_password', 'updated_by'],
  );
  await whole(directories, 'is_enabled', 'revision', 'updated_at')
    .addColumn('last_contact_at', 'bigint')
    .addColumn('last_failure_json', 'text')
    .addPrimaryKeyConstraint('directories_key', ['id'])
    .addUniqueConstraint('directories_name', ['name_key'])
    .execute();
  await whole(
    text(db.schema.createTable('directory_failures'), 'directory_id', 'external_id'),
    'failed_sign_ins',
  )
    .addColumn('last_failure_at', 'bigint')
    .addColumn('locked_until', 'bigint')
    .addPrimaryKeyConstraint('directory_failures_key', ['directory_id', 'external_id'])
    .execute();
}

async function userColumns(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('directory_id', 'text').execute();
  await db.schema.alterTable('users').addColumn('external_id', 'text').execute();
  await db.schema.alterTable('users').addColumn('disabled_by', 'text').execute();
  await db.schema.alterTable('users').addColumn('confirmed_at', 'bigint').execute();
  await db.schema
    .alterTable('users')
    .addColumn('external_groups_json', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute();
  await db.schema
    .alterTable('users')
    .addColumn('must_change_password', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('users_external')
    .unique()
    .on('users')
    .columns(['directory_id', 'external_id'])
    .execute();
}

async function groupColumns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('groups')
    .addColumn('source', 'text', (column) => column.notNull().defaultTo('built-in'))
    .execute();
  await db.schema.alterTable('groups').addColumn('directory_id', 'text').execute();
  await db.schema.alterTable('groups').addColumn('external_id', 'text').execute();
  await db.schema
    .createIndex('groups_external')
    .unique()
    .on('groups')
    .columns(['directory_id', 'external_id'])
    .execute();
}
