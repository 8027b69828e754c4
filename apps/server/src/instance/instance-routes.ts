import { routes } from '@carrel/contract';
import type { Router } from '../http/index.ts';
import { readPackingKey, rotateRepositoryKey } from '../repository-keys/index.ts';
import type { Services } from '../services.ts';
import { serverVersion } from '../version.ts';
import { describeKeys } from './describe-keys.ts';
import { rotateLeaseKey } from './lease-keys.ts';

export function registerInstanceRoutes(router: Router, services: Services): void {
  const { instance, database, clock } = services;
  router.handle(routes.getInstance, () =>
    Promise.resolve({
      instanceId: instance.id,
      version: serverVersion,
      authorityFingerprint: instance.authority.fingerprint,
    }),
  );

  router.handle(routes.getInstanceKeys, () => describeKeys(database.queries, instance));

  router.handle(routes.rotateLeaseKey, async ({ body, change }) => {
    const options = { ...body, nowMs: clock.nowMs() };
    await change(
      (transaction) => rotateLeaseKey(transaction, instance.masterKey, options),
      (kid) => ({ target: kid, details: body }),
    );
    await instance.leaseKeys.reload(database.queries);
    return describeKeys(database.queries, instance);
  });

  router.handle(routes.rotateRepositoryKey, async ({ change }) => {
    await change(
      (transaction) => rotateRepositoryKey(transaction, instance.masterKey, clock.nowMs()),
      (keyId) => ({ target: keyId }),
    );
    return describeKeys(database.queries, instance);
  });

  router.handle(routes.getPackingKey, async ({ change }) => {
    const packing = await readPackingKey(database.queries, instance.masterKey);
    // A read that is audited as a change: whoever has the key can read every image packed with it.
    await change(
      () => Promise.resolve(),
      () => ({ target: packing.current?.keyId ?? 'none' }),
    );
    return packing;
  });
}
