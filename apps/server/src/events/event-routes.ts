import { routes } from '@carrel/contract';
import { contains } from '../database/like.ts';
import { numberCursor, pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { storedEventOf } from './event-rows.ts';

export function registerEventRoutes(router: Router, { database }: Services): void {
  router.handle(routes.listEvents, async ({ query, scope }) => {
    const { deviceId, workspaceId, severity, code, user, hostName, since } = query;
    const before = numberCursor(query.cursor);
    const rows = await database.queries
      .selectFrom('events')
      .selectAll()
      .where((where) =>
        where.and([
          ...(scope === 'all' ? [] : [where('workspaceId', 'in', [...scope])]),
          ...(before === undefined ? [] : [where('position', '<', before)]),
          ...(deviceId === undefined ? [] : [where('deviceId', '=', deviceId)]),
          ...(workspaceId === undefined ? [] : [where('workspaceId', '=', workspaceId)]),
          ...(severity === undefined ? [] : [where('severity', '=', severity)]),
          ...(code === undefined ? [] : [where('code', '=', code)]),
          ...(since === undefined ? [] : [where('receivedTime', '>=', Date.parse(since))]),
          ...(user === undefined
            ? []
            : [contains(where.fn<string>('lower', ['userName']), user.toLowerCase())]),
          ...(hostName === undefined
            ? []
            : [contains(where.fn<string>('lower', ['hostName']), hostName.toLowerCase())]),
        ]),
      )
      .orderBy('position', 'desc')
      .limit(query.limit + 1)
      .execute();
    return pageOf(rows, query.limit, (row) => String(row.position), storedEventOf);
  });
}
