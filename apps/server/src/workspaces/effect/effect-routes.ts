import { fail, routes } from '@carrel/contract';
import { isWithin } from '../../access/index.ts';
import type { Router } from '../../http/index.ts';
import type { Services } from '../../services.ts';
import { authorshipOf } from '../authorship.ts';
import { requireScope, requireWithin } from '../scope.ts';
import { explainPolicy } from './explain-policy.ts';
import { previewChange } from './preview-change.ts';

export function registerEffectRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes } = services;

  router.handle(routes.explainPolicy, async ({ query, caller }) => {
    const { userId, workspaceId } = query;
    const people = requireScope(caller, 'users.view');
    const isSeen =
      people === 'all' || (await isWithin(database.queries, 'users.view', people, 'userId', userId));
    if (!isSeen) throw fail('SCOPE_DENIED', { permission: 'users.view' });
    if (workspaceId !== undefined) requireWithin(caller, 'workspaces.view', workspaceId);
    const scope = requireScope(caller, 'workspaces.view');
    return explainPolicy(database.queries, { userId, workspaceId, scope, nowMs: clock.nowMs() });
  });

  router.handle(routes.previewChange, async ({ body, caller }) => {
    // Who is in a group is for those to see who see users.
    if ('groupId' in body) requireScope(caller, 'users.view');
    else requireWithin(caller, 'workspaces.view', body.workspaceId);
    const scope = requireScope(caller, 'workspaces.view');
    const authorship = authorshipOf(caller, services);
    return previewChange({ queries: database.queries, scope, authorship, randomBytes }, body);
  });
}
