import { type Kysely, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import { text, whole } from './columns.ts';

type Before = {
  devices: { id: string; inventoryJson: string; hostNameKey: string; searchKey: string };
};

/** What administrators note of devices, keys that follow the present ones, and what devices are told to do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await deviceColumns(db);
  await whole(
    text(db.schema.createTable('device_actions'), 'id', 'device_id', 'kind', 'state', 'created_by'),
    ...['created_at', 'expires_at'],
  )
    .addColumn('workspace_id', 'text')
    .addColumn('user_id', 'text')
    .addColumn('delivered_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('code', 'text')
    .addPrimaryKeyConstraint('device_actions_key', ['id'])
    .addForeignKeyConstraint('device_actions_device', ['device_id'], 'devices', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createIndex('device_actions_by_device')
    .on('device_actions')
    .columns(['device_id', 'state'])
    .execute();
  await db.schema.createIndex('leases_by_workspace').on('leases').column('workspace_id').execute();
}

async function deviceColumns(db: Kysely<unknown>): Promise<void> {
  const optional = [
    'name',
    'name_key',
    'enrolled_by_id',
    'enrolled_by',
    'next_signing_key',
    'next_sealing_key',
  ];
  for (const name of optional) await db.schema.alterTable('devices').addColumn(name, 'text').execute();
  const standards = { notes: '', tags_json: '[]', host_name_key: '', search_key: '' };
  for (const [name, standard] of Object.entries(standards)) {
    await db.schema
      .alterTable('devices')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(standard))
      .execute();
  }
  await db.schema.dropIndex('devices_active_signing_key').execute();
  await db.schema
    .createIndex('devices_live_signing_key')
    .on('devices')
    .column('signing_key')
    .unique()
    .where(sql<SqlBool>`state <> 'revoked'`)
    .execute();
  await fillKeys(db.$extendTables<Before>());
}

async function fillKeys(db: Kysely<Before>): Promise<void> {
  const rows = await db.selectFrom('devices').select(['id', 'inventoryJson']).execute();
  for (const row of rows) {
    const { hostName } = z.object({ hostName: z.string() }).parse(JSON.parse(row.inventoryJson));
    const hostNameKey = hostName.normalize('NFKC').toLowerCase();
    await db
      .updateTable('devices')
      .set({ hostNameKey, searchKey: hostNameKey })
      .where('id', '=', row.id)
      .execute();
  }
}
