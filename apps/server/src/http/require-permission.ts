import { fail, type Route } from '@carrel/contract';
import { isWithin, scopedParameters } from '../access/index.ts';
import type { Queries } from '../database/index.ts';
import type { UserCaller } from './caller.ts';

/**
 * Judges whether somebody may call a route with the ids in its path, before anything these name is loaded. What is
 * out of reach is refused whether it exists or not.
 *
 * @param params the path's parameters as they came
 * @throws {PERMISSION_DENIED} they have the permission for nothing
 * @throws {SCOPE_DENIED} not for this
 */
export async function requirePermission(
  queries: Queries,
  caller: UserCaller,
  route: Route,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  if (route.access.kind !== 'permission') return;
  const { permission, scoping } = route.access;
  const scope = caller.access.scopeOf(permission);
  if (scope === undefined) throw fail('PERMISSION_DENIED', { permission });
  if (scope === 'all' || scoping === 'filtered') return;
  const named =
    scoping === 'everything' ? [] : scopedParameters.filter((name) => Object.hasOwn(params, name));
  if (named.length === 0) throw fail('SCOPE_DENIED', { permission });
  for (const name of named) {
    const isInside = await isWithin(queries, permission, scope, name, params[name] ?? '');
    if (!isInside) throw fail('SCOPE_DENIED', { permission });
  }
}
