import { type Kysely, sql } from 'kysely';
import { text, whole } from './columns.ts';

/** Events, tasks and the audit log. */
export async function activityTables(db: Kysely<unknown>): Promise<void> {
  await eventTable(db);
  await whole(
    text(db.schema.createTable('tasks'), 'id', 'kind', 'title', 'state', 'phase', 'created_by'),
    'created_at',
  )
    .addColumn('done_bytes', 'bigint')
    .addColumn('total_bytes', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('error_json', 'text')
    .addPrimaryKeyConstraint('tasks_key', ['id'])
    .execute();
  await whole(
    text(
      db.schema.createTable('audit_entries'),
      'actor',
      'action',
      'target',
      'outcome',
      'details_json',
      'hash',
    ),
    ...['sequence', 'time'],
  )
    .addPrimaryKeyConstraint('audit_entries_key', ['sequence'])
    .execute();
  await whole(text(db.schema.createTable('audit_head'), 'hash'), 'id', 'sequence')
    .addPrimaryKeyConstraint('audit_head_key', ['id'])
    .execute();
  await sql`insert into audit_head (id, sequence, hash) values (1, 0, '')`.execute(db);
}

async function eventTable(db: Kysely<unknown>): Promise<void> {
  // Growing by themselves: on SQLite a column of exactly this type, on PostgreSQL an identity column.
  const isSqlite = await usesSqlite(db);
  const numbered = db.schema
    .createTable('events')
    .addColumn('position', isSqlite ? 'integer' : 'bigint', (column) =>
      isSqlite
        ? column.primaryKey().autoIncrement()
        : column.generatedAlwaysAsIdentity().notNull().primaryKey(),
    );
  const events = text(
    numbered,
    ...['id', 'code', 'severity', 'category', 'message', 'user_name', 'host_name', 'fields_json'],
  );
  await whole(events, 'client_time', 'received_time')
    .addColumn('device_id', 'text')
    .addColumn('sequence', 'bigint')
    .addColumn('workspace_id', 'text')
    .addColumn('workspace_name', 'text')
    .addColumn('guest_name', 'text')
    .addColumn('agent_version', 'text')
    .addUniqueConstraint('events_sequence', ['device_id', 'sequence'])
    .execute();
  for (const [name, ...columns] of [
    ['events_by_severity', 'severity', 'received_time'],
    ['events_by_workspace', 'workspace_id', 'position'],
    ['events_by_device', 'device_id', 'position'],
  ] as const) {
    await db.schema.createIndex(name).on('events').columns(columns).execute();
  }
}

async function usesSqlite(db: Kysely<unknown>): Promise<boolean> {
  const tables = await db.introspection.getSchemas();
  return tables.length === 0;
}
