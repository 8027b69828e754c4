import { routes } from '@carrel/contract';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { deleteSecret, listSecrets, putSecret } from './secrets.ts';

/** Secrets go in and never come out: there is no route that tells a value. */
export function registerSecretRoutes(router: Router, { database, instance, clock }: Services): void {
  router.handle(routes.listSecrets, async () => ({ items: await listSecrets(database.queries) }));

  router.handle(routes.putSecret, ({ params, body, caller, change }) => {
    const secret = { name: params.secretName, value: body.value, updatedBy: caller.user.userName };
    return change((transaction) => putSecret(transaction, instance.masterKey, secret, clock.nowMs()));
  });

  router.handle(routes.deleteSecret, async ({ params, change }) => {
    await change((transaction) => deleteSecret(transaction, params.secretName));
    return undefined;
  });
}
