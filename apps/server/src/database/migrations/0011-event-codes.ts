import type { Kysely } from 'kysely';

/** Events of one kind in the order they came in, which measurements go through. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('events_by_code')
    .on('events')
    .columns(['code', 'received_time', 'position'])
    .execute();
}
