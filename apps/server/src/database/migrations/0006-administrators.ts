import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { text, whole } from './columns.ts';

type Before = {
  users: { id: string; rolesJson: string; createdAt: number };
  roleGrants: {
    id: string;
    principalKind: string;
    principalId: string;
    roleId: string;
    isOverAll: number;
    createdAt: number;
    createdBy: string;
  };
};

/** Roles of the instance, and who was given which over what. What users had as roles of their own becomes grants. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await whole(
    text(db.schema.createTable('roles'), 'id', 'name', 'name_key', 'description', 'permissions_json'),
    'created_at',
  )
    .addPrimaryKeyConstraint('roles_key', ['id'])
    .addUniqueConstraint('roles_name', ['name_key'])
    .execute();
  await whole(
    text(
      db.schema.createTable('role_grants'),
      ...['id', 'principal_kind', 'principal_id', 'role_id', 'created_by'],
    ),
    ...['is_over_all', 'created_at'],
  )
    .addPrimaryKeyConstraint('role_grants_key', ['id'])
    .addUniqueConstraint('role_grants_principal', ['principal_kind', 'principal_id', 'role_id'])
    .execute();
  await text(db.schema.createTable('role_grant_workspaces'), 'role_grant_id', 'workspace_id')
    .addPrimaryKeyConstraint('role_grant_workspaces_key', ['role_grant_id', 'workspace_id'])
    .addForeignKeyConstraint('role_grant_workspaces_grant', ['role_grant_id'], 'role_grants', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'role_grant_workspaces_workspace',
      ['workspace_id'],
      'workspaces',
      ['id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
  await moveRoles(db.$extendTables<Before>());
  await db.schema.alterTable('users').dropColumn('roles_json').execute();
}

async function moveRoles(db: Kysely<Before>): Promise<void> {
  const users = await db.selectFrom('users').select(['id', 'rolesJson', 'createdAt']).execute();
  for (const user of users) {
    for (const roleId of z.array(z.string()).parse(JSON.parse(user.rolesJson))) {
      const grant = { id: randomUUID(), principalKind: 'user', principalId: user.id, roleId, isOverAll: 1 };
      await db
        .insertInto('roleGrants')
        .values({ ...grant, createdAt: user.createdAt, createdBy: 'migration' })
        .execute();
    }
  }
}
