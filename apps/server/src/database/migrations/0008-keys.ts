import type { Kysely } from 'kysely';
import { text, whole } from './columns.ts';

/** Secrets that people give the server to keep, the secret from which others are derived, and replaced keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await whole(
    text(db.schema.createTable('secrets'), 'name', 'wrapped_value', 'updated_by'),
    ...['updated_at'],
  )
    .addPrimaryKeyConstraint('secrets_key', ['name'])
    .execute();
  await whole(text(db.schema.createTable('root_secrets'), 'name', 'wrapped_key'), 'created_at')
    .addColumn('rewrapped_at', 'bigint')
    .addPrimaryKeyConstraint('root_secrets_key', ['name'])
    .execute();
  await db.schema.alterTable('repository_keys').addColumn('replaced_at', 'bigint').execute();
}
