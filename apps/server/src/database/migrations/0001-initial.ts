import { type Kysely, type SqlBool, sql } from 'kysely';
import { activityTables } from './0001-initial-activity.ts';
import { text, whole } from './columns.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await peopleTables(db);
  await imageTables(db);
  await workspaceTables(db);
  await deviceTables(db);
  await activityTables(db);
}

async function peopleTables(db: Kysely<unknown>): Promise<void> {
  await text(db.schema.createTable('settings'), 'name', 'value_json')
    .addPrimaryKeyConstraint('settings_key', ['name'])
    .execute();
  await whole(text(db.schema.createTable('lease_keys'), 'kid', 'public_key', 'wrapped_key'), 'created_at')
    .addPrimaryKeyConstraint('lease_keys_key', ['kid'])
    .execute();
  const users = text(
    db.schema.createTable('users'),
    ...[
      'id',
      'user_name',
      'user_name_key',
      'display_name',
      'search_key',
      'source',
      'password_hash',
      'roles_json',
    ],
  );
  await whole(users, 'is_disabled', 'failed_sign_ins', 'created_at')
    .addColumn('last_failure_at', 'bigint')
    .addColumn('locked_until', 'bigint')
    .addPrimaryKeyConstraint('users_key', ['id'])
    .addUniqueConstraint('users_name', ['user_name_key'])
    .execute();
  await whole(text(db.schema.createTable('groups'), 'id', 'name', 'name_key'), 'created_at')
    .addPrimaryKeyConstraint('groups_key', ['id'])
    .addUniqueConstraint('groups_name', ['name_key'])
    .execute();
  await text(db.schema.createTable('group_users'), 'group_id', 'user_id')
    .addPrimaryKeyConstraint('group_users_key', ['group_id', 'user_id'])
    .addForeignKeyConstraint('group_users_group', ['group_id'], 'groups', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('group_users_user', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('group_users_by_user').on('group_users').column('user_id').execute();
  await text(db.schema.createTable('group_groups'), 'parent_id', 'child_id')
    .addPrimaryKeyConstraint('group_groups_key', ['parent_id', 'child_id'])
    .addForeignKeyConstraint('group_groups_parent', ['parent_id'], 'groups', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('group_groups_child', ['child_id'], 'groups', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await whole(
    text(db.schema.createTable('sessions'), 'token_hash', 'user_id', 'transport'),
    ...['created_at', 'last_used_at'],
  )
    .addPrimaryKeyConstraint('sessions_key', ['token_hash'])
    .addForeignKeyConstraint('sessions_user', ['user_id'], 'users', ['id'], (key) => key.onDelete('cascade'))
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();
}

async function imageTables(db: Kysely<unknown>): Promise<void> {
  await whole(text(db.schema.createTable('images'), 'id', 'name', 'description'), 'created_at')
    .addPrimaryKeyConstraint('images_key', ['id'])
    .addUniqueConstraint('images_name', ['name'])
    .execute();
  await whole(text(db.schema.createTable('repository_keys'), 'key_id', 'wrapped_key'), 'created_at')
    .addPrimaryKeyConstraint('repository_keys_key', ['key_id'])
    .execute();
  const versions = text(
    db.schema.createTable('image_versions'),
    ...['image_id', 'state', 'reference', 'manifest_digest', 'key_id', 'machine_json', 'notes', 'created_by'],
  );
  await whole(versions, 'number', 'virtual_size_bytes', 'data_bytes', 'stored_bytes', 'created_at')
    .addColumn('published_at', 'bigint')
    .addPrimaryKeyConstraint('image_versions_key', ['image_id', 'number'])
    .addUniqueConstraint('image_versions_manifest', ['image_id', 'manifest_digest'])
    .addForeignKeyConstraint('image_versions_image', ['image_id'], 'images', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('image_versions_key_id', ['key_id'], 'repository_keys', ['key_id'])
    .execute();
  await whole(
    text(db.schema.createTable('channels'), 'image_id', 'name', 'updated_by'),
    ...['version_number', 'revision', 'updated_at'],
  )
    .addPrimaryKeyConstraint('channels_key', ['image_id', 'name'])
    .addForeignKeyConstraint('channels_image', ['image_id'], 'images', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
}

async function workspaceTables(db: Kysely<unknown>): Promise<void> {
  const workspaces = text(
    db.schema.createTable('workspaces'),
    ...['id', 'name', 'name_key', 'description', 'image_id', 'channel', 'policy_json', 'updated_by'],
  );
  await whole(workspaces, 'revision', 'updated_at')
    .addPrimaryKeyConstraint('workspaces_key', ['id'])
    .addUniqueConstraint('workspaces_name', ['name_key'])
    .addForeignKeyConstraint('workspaces_image', ['image_id'], 'images', ['id'])
    .execute();
  await whole(
    text(db.schema.createTable('workspace_revisions'), 'workspace_id', 'content_json', 'updated_by'),
    ...['revision', 'updated_at'],
  )
    .addPrimaryKeyConstraint('workspace_revisions_key', ['workspace_id', 'revision'])
    .execute();
  const assignments = text(
    db.schema.createTable('assignments'),
    ...['id', 'workspace_id', 'principal_kind', 'principal_id', 'effect', 'settings_json', 'created_by'],
  );
  await whole(assignments, 'created_at')
    .addPrimaryKeyConstraint('assignments_key', ['id'])
    .addUniqueConstraint('assignments_principal', ['workspace_id', 'principal_kind', 'principal_id'])
    .addForeignKeyConstraint('assignments_workspace', ['workspace_id'], 'workspaces', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('assignments_by_principal').on('assignments').column('principal_id').execute();
}

async function deviceTables(db: Kysely<unknown>): Promise<void> {
  await whole(
    text(db.schema.createTable('enrolment_tokens'), 'token_hash', 'note', 'created_by'),
    ...['maximum_uses', 'uses', 'expires_at', 'created_at'],
  )
    .addPrimaryKeyConstraint('enrolment_tokens_key', ['token_hash'])
    .execute();
  const devices = text(
    db.schema.createTable('devices'),
    ...['id', 'state', 'signing_key', 'sealing_key', 'token_hash', 'inventory_json', 'workspaces_json'],
  );
  await whole(devices, 'enrolled_at', 'acknowledged_sequence')
    .addColumn('last_contact_at', 'bigint')
    .addPrimaryKeyConstraint('devices_key', ['id'])
    .execute();
  await db.schema
    .createIndex('devices_active_signing_key')
    .on('devices')
    .column('signing_key')
    .unique()
    .where(sql<SqlBool>`state = 'active'`)
    .execute();
  await whole(
    text(db.schema.createTable('device_grants'), 'grant_hash', 'device_id', 'user_id'),
    'created_at',
  )
    .addPrimaryKeyConstraint('device_grants_key', ['grant_hash'])
    .addForeignKeyConstraint('device_grants_device', ['device_id'], 'devices', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('device_grants_user', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('device_grants_by_device').on('device_grants').column('device_id').execute();
  await whole(
    text(db.schema.createTable('leases'), 'id', 'device_id', 'user_id', 'workspace_id'),
    ...['workspace_revision', 'image_version', 'issued_at'],
  )
    .addColumn('valid_until', 'bigint')
    .addPrimaryKeyConstraint('leases_key', ['device_id', 'user_id', 'workspace_id'])
    .addForeignKeyConstraint('leases_device', ['device_id'], 'devices', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
}
