import { routes } from '@carrel/contract';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { serverVersion } from '../version.ts';

export function registerInstanceRoutes(router: Router, { instance }: Services): void {
  router.handle(routes.getInstance, () =>
    Promise.resolve({
      instanceId: instance.id,
      version: serverVersion,
      authorityFingerprint: instance.authority.fingerprint,
    }),
  );
}
