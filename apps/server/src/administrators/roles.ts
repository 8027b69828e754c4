import {
  fail,
  type Permission,
  permissionSchema,
  type Role,
  type roleInputSchema,
  roleNameSchema,
  roles,
} from '@carrel/contract';
import { createId } from '@carrel/kit';
import { z } from 'zod';
import { type CallerAccess, createAccess, type Scope, templateOf } from '../access/index.ts';
import { isUniqueViolation, type Queries, type Row, type Transaction } from '../database/index.ts';
import { parseJson } from '../database/values.ts';

type RoleInput = z.output<typeof roleInputSchema>;

const templateDescriptions = {
  administrator: 'Everything, over everything.',
  'image-engineer': 'Packs, publishes and retires images.',
  'help-desk': 'Sees how things are, and manages devices.',
  auditor: 'Sees everything and changes nothing, the audit log included.',
  'read-only': 'Sees how things are.',
} as const satisfies Record<z.infer<typeof roleNameSchema>, string>;

/** The template roles, then the instance's own by name. */
export async function listRoles(queries: Queries): Promise<Role[]> {
  const rows = await queries.selectFrom('roles').selectAll().orderBy('nameKey').execute();
  const templates = roleNameSchema.options.map(
    (name): Role => ({
      id: name,
      name,
      description: templateDescriptions[name],
      permissions: [...roles[name]],
      isTemplate: true,
    }),
  );
  return [...templates, ...rows.map(roleOf)];
}

/**
 * A role that may be changed.
 *
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} it is a template
 */
export async function requireOwnRole(queries: Queries, roleId: string): Promise<Role> {
  if (templateOf(roleId)) {
    throw fail('STATE_CONFLICT', { kind: 'role', reason: `${roleId} is a template; make a role of its own` });
  }
  const row = await queries.selectFrom('roles').selectAll().where('id', '=', roleId).executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'role', id: roleId });
  return roleOf(row);
}

/** What somebody could do who had these permissions over a scope. */
export function accessThrough(permissions: readonly Permission[], scope: Scope = 'all'): CallerAccess {
  return createAccess([{ name: '', permissions, scope }]);
}

/** @throws {NAME_TAKEN} */
export async function insertRole(
  transaction: Transaction,
  input: RoleInput,
  origin: { readonly nowMs: number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<Role> {
  const id = createId<'role'>(origin.nowMs, origin.randomBytes(10));
  return storing(input, () =>
    transaction
      .insertInto('roles')
      .values({ id, ...columnsOf(input), createdAt: origin.nowMs })
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
}

/** @throws {NAME_TAKEN} */
export async function updateRole(transaction: Transaction, roleId: string, input: RoleInput): Promise<Role> {
  return storing(input, () =>
    transaction
      .updateTable('roles')
      .set(columnsOf(input))
      .where('id', '=', roleId)
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
}

/** @throws {IN_USE} somebody has it */
export async function deleteRole(transaction: Transaction, role: Role): Promise<void> {
  const grant = await transaction
    .selectFrom('roleGrants')
    .select('id')
    .where('roleId', '=', role.id)
    .limit(1)
    .executeTakeFirst();
  if (grant) throw fail('IN_USE', { kind: 'role', name: role.name, reason: 'somebody has it' });
  await transaction.deleteFrom('roles').where('id', '=', role.id).execute();
}

/** A template's name is taken, too, however it is written. */
async function storing(input: RoleInput, store: () => Promise<Row<'roles'>>): Promise<Role> {
  const taken = (cause?: unknown): Error => fail('NAME_TAKEN', { kind: 'role', name: input.name }, cause);
  if (templateOf(keyOf(input.name).replaceAll(' ', '-'))) throw taken();
  try {
    return roleOf(await store());
  } catch (error) {
    if (isUniqueViolation(error)) throw taken(error);
    throw error;
  }
}

function columnsOf(input: RoleInput) {
  return {
    name: input.name,
    nameKey: keyOf(input.name),
    description: input.description,
    permissionsJson: JSON.stringify([...new Set(input.permissions)]),
  };
}

function roleOf(row: Row<'roles'>): Role {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    permissions: parseJson(z.array(permissionSchema), row.permissionsJson),
    isTemplate: false,
  };
}

/** What makes two names of roles the same. */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
