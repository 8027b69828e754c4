import { isAbortError } from '@carrel/kit';
import { expireEvents } from '../events/index.ts';
import { retireLeaseKeys } from '../instance/index.ts';
import type { Services } from '../services.ts';
import { createSessionStore } from '../session/index.ts';

const intervalMs = 3_600_000;

export interface HousekeepingOptions {
  /** Shows a new certificate when the present one ends soon. */
  readonly renewCertificate: () => Promise<void>;
}

/** Does every hour what nobody asks for: old events and ended sessions go, the certificate is renewed in time. */
export function startHousekeeping(services: Services, options: HousekeepingOptions): AsyncDisposable {
  const controller = new AbortController();
  const running = loop(services, options, controller.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await running;
    },
  };
}

async function loop(services: Services, options: HousekeepingOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = services;
  while (!signal.aborted) {
    try {
      await clean(services, options, signal);
      await clock.sleep(intervalMs, signal);
    } catch (error) {
      if (isAbortError(error)) return;
      log.error({ err: error }, 'housekeeping failed; it is tried again in an hour');
      await clock.sleep(intervalMs, signal).catch(() => undefined);
    }
  }
}

async function clean(
  services: Services,
  { renewCertificate }: HousekeepingOptions,
  signal: AbortSignal,
): Promise<void> {
  const { database, clock, randomBytes, log } = services;
  const removed = await expireEvents(database, clock.nowMs(), signal);
  if (removed > 0) log.info({ removed }, 'old events removed');
  await createSessionStore(database, clock, randomBytes).sweep();
  await database.queries.deleteFrom('enrolmentTokens').where('expiresAt', '<', clock.nowMs()).execute();
  const { instance } = services;
  const retired = await retireLeaseKeys(database.queries, clock.nowMs());
  if (retired > 0) await instance.leaseKeys.reload(database.queries);
  await renewCertificate();
}
