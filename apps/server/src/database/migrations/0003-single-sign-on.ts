import { type Kysely, sql } from 'kysely';
import { text, whole } from './columns.ts';

/** Sign-in providers, and what is known of a session beside its token. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await whole(
    text(db.schema.createTable('sign_in_providers'), 'id', 'settings_json'),
    'created_at',
    'updated_at',
  )
    .addPrimaryKeyConstraint('sign_in_providers_key', ['id'])
    .execute();
  // Nothing says where sessions from before came from: people sign in once more.
  await sql`delete from sessions`.execute(db);
  for (const name of ['id', 'address', 'user_agent']) {
    await db.schema
      .alterTable('sessions')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  }
  for (const name of ['provider_id', 'sign_out_hint']) {
    await db.schema.alterTable('sessions').addColumn(name, 'text').execute();
  }
  await db.schema.createIndex('sessions_by_id').on('sessions').column('id').unique().execute();
  await db.schema.createIndex('sessions_by_provider').on('sessions').column('provider_id').execute();
}
