import { routes } from '@carrel/contract';
import type { Id } from '@carrel/kit';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { listProviderRows, settingsOf } from './provider-rows.ts';

/** What the sign-in page offers beside a password. Nothing more is told to strangers. */
export function registerOptionRoutes(router: Router, { database }: Pick<Services, 'database'>): void {
  router.handle(routes.listSignInOptions, async () => {
    const rows = await listProviderRows(database.queries);
    const items = rows.flatMap((row) => {
      const { isEnabled, displayName } = settingsOf(row);
      return isEnabled ? [{ id: row.id as Id<'sign-in-provider'>, displayName }] : [];
    });
    return { items };
  });
}
