import { routes, type Setting } from '@carrel/contract';
import type { AuditNote, Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { clearSetting, listSettings, writeSetting } from './settings.ts';

export function registerSettingRoutes(router: Router, { database }: Services): void {
  router.handle(routes.listSettings, async () => ({ items: await listSettings(database.queries) }));

  router.handle(routes.setSetting, async ({ params, body, change }) => {
    const { after } = await change(
      (transaction) => writeSetting(transaction, params.settingName, body.value),
      noteOf,
    );
    return after;
  });

  router.handle(routes.resetSetting, async ({ params, change }) => {
    const { after } = await change((transaction) => clearSetting(transaction, params.settingName), noteOf);
    return after;
  });
}

function noteOf({ before, after }: { before: Setting; after: Setting }): AuditNote {
  return { details: { before: before.value, after: after.value } };
}
