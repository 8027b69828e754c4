import type { Kysely } from 'kysely';
import { text, whole } from './columns.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await whole(
    text(
      db.schema.createTable('api_tokens'),
      ...['id', 'token_hash', 'user_id', 'name', 'permissions_json', 'created_by'],
    ),
    ...['created_at', 'expires_at'],
  )
    .addColumn('workspace_ids_json', 'text')
    .addColumn('last_used_at', 'bigint')
    .addColumn('last_address', 'text')
    .addColumn('revoked_at', 'bigint')
    .addColumn('refused_at', 'bigint')
    .addPrimaryKeyConstraint('api_tokens_key', ['id'])
    .addUniqueConstraint('api_tokens_hash', ['token_hash'])
    .addForeignKeyConstraint('api_tokens_user', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('api_tokens_by_user').on('api_tokens').column('user_id').execute();
}
