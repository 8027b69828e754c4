import { type Device, fail, type routes } from '@carrel/contract';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { z } from 'zod';
import { devicesWithin, type Scope } from '../access/index.ts';
import type { Queries } from '../database/index.ts';
import { contains } from '../database/like.ts';
import { pageOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';
import { deviceNameKey } from './device-keys.ts';
import { contactLimitMs, loadDevices } from './device-rows.ts';

type Query = z.output<(typeof routes.listDevices)['query']>;
type Where = ExpressionBuilder<Tables, 'devices'>;
type Condition = ExpressionWrapper<Tables, 'devices', SqlBool> | ReturnType<typeof contains>;

/**
 * A page of the devices that somebody may see, by id, which is by time of enrolment.
 *
 * @throws {SCOPE_DENIED} the workspace asked for is none of theirs
 */
export async function listDevices(
  queries: Queries,
  query: Query,
  scope: Scope,
  nowMs: number,
): Promise<{ items: Device[]; next?: string }> {
  const { workspaceId } = query;
  if (workspaceId !== undefined && scope !== 'all' && !scope.has(workspaceId)) {
    throw fail('SCOPE_DENIED', { permission: 'devices.view' });
  }
  const onlineSinceMs = nowMs - (await contactLimitMs(queries));
  const rows = await queries
    .selectFrom('devices')
    .selectAll()
    .where((where) =>
      where.and([
        ...(scope === 'all' ? [] : [where('id', 'in', devicesWithin(queries, scope))]),
        ...(query.cursor === undefined ? [] : [where('id', '>', query.cursor)]),
        ...byDescription(where, query),
        ...byState(where, query, onlineSinceMs),
        ...byLease(queries, where, query, scope),
      ]),
    )
    .orderBy('id')
    .limit(query.limit + 1)
    .execute();
  const devices = await loadDevices(queries, rows, scope, nowMs);
  return pageOf(
    devices,
    query.limit,
    (device) => device.id,
    (device) => device,
  );
}

function byDescription(where: Where, query: Query): Condition[] {
  const { search, name, tag, agentVersion, accelerator } = query;
  const key = name === undefined ? undefined : deviceNameKey(name);
  // Values are looked for as JSON spells them, quotes included.
  const inventoryHas = (field: string, value: string): Condition =>
    contains(where.ref('inventoryJson'), `"${field}":${JSON.stringify(value)}`);
  return [
    ...(search === undefined ? [] : [contains(where.ref('searchKey'), deviceNameKey(search))]),
    ...(key === undefined ? [] : [where.or([where('nameKey', '=', key), where('hostNameKey', '=', key)])]),
    ...(tag === undefined ? [] : [contains(where.ref('tagsJson'), JSON.stringify(tag))]),
    ...(agentVersion === undefined ? [] : [inventoryHas('agentVersion', agentVersion)]),
    ...(accelerator === undefined ? [] : [inventoryHas('accelerator', accelerator)]),
  ];
}

function byState(where: Where, { state, isOnline }: Query, onlineSinceMs: number): Condition[] {
  const online = where.and([where('state', '=', 'active'), where('lastContactAt', '>=', onlineSinceMs)]);
  const offline = where.or([
    where('state', '<>', 'active'),
    where('lastContactAt', 'is', null),
    where('lastContactAt', '<', onlineSinceMs),
  ]);
  return [
    ...(state === undefined ? [] : [where('state', '=', state)]),
    ...(isOnline === undefined ? [] : [isOnline === 'true' ? online : offline]),
  ];
}

function byLease(queries: Queries, where: Where, query: Query, scope: Scope): Condition[] {
  const { workspaceId, userId } = query;
  if (workspaceId === undefined && userId === undefined) return [];
  const leases = queries
    .selectFrom('leases')
    .select('deviceId')
    .$if(scope !== 'all', (select) => select.where('workspaceId', 'in', scope === 'all' ? [] : [...scope]))
    .$if(workspaceId !== undefined, (select) => select.where('workspaceId', '=', workspaceId ?? ''))
    .$if(userId !== undefined, (select) => select.where('userId', '=', userId ?? ''));
  return [where('id', 'in', leases)];
}
