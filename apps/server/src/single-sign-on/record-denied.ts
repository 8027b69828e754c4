import { isAppError } from '@carrel/kit';
import { appendAudit } from '../audit/index.ts';
import type { Services } from '../services.ts';

/**
 * Runs a step of a sign-in; when it is denied, writes that to the audit log. Who did not even begin one is no attempt of
 * anybody and would let the log be flooded.
 */
export async function recordDenied<T>(
  { database, clock }: Pick<Services, 'database' | 'clock'>,
  { actor, action, address }: { readonly actor: string; readonly action: string; readonly address: string },
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (isAppError(error) && error.errorClass === 'denied' && error.code !== 'SSO_ATTEMPT_UNKNOWN') {
      const { provider } = error.details;
      await database.transaction((transaction) =>
        appendAudit(transaction, clock.nowMs(), {
          actor,
          action,
          target: typeof provider === 'string' ? provider : '',
          outcome: 'denied',
          details: { code: error.code, address },
        }),
      );
    }
    throw error;
  }
}
