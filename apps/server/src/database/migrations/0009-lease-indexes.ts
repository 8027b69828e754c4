import type { Kysely } from 'kysely';

/** The way up from a group to those around it, which every contact of a device goes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('group_groups_by_child').on('group_groups').column('child_id').execute();
}
