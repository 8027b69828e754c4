import { type ApiClient, fail, type Role, routes } from '@carrel/contract';

/**
 * The role of this name or id, however its name is written.
 *
 * @throws {NOT_FOUND}
 */
export async function findRole(api: ApiClient, text: string, signal: AbortSignal): Promise<Role> {
  const { items } = await api.call(routes.listRoles, { signal });
  const wanted = text.toLowerCase();
  const role = items.find((item) => item.id === text || item.name.toLowerCase() === wanted);
  if (!role) throw fail('NOT_FOUND', { kind: 'role', id: text });
  return role;
}
