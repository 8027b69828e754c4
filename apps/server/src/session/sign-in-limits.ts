import { appendAudit } from '../audit/index.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings/index.ts';
import type { SignInLimiterOptions } from './sign-in-limiter.ts';

/** Limits as the settings of the instance have them, and reached ones in the audit log. */
export function signInLimits({
  database,
  clock,
}: Pick<Services, 'database' | 'clock'>): SignInLimiterOptions {
  return {
    clock,
    triesPerMinute: async () => {
      const values = await readSettings(database.queries, ['signIn.triesPerMinute']);
      return values['signIn.triesPerMinute'];
    },
    onLimited: async ({ address, account }, limit) => {
      await database.transaction((transaction) =>
        appendAudit(transaction, clock.nowMs(), {
          actor: account.slice(0, 100),
          action: 'signIn',
          target: limit,
          outcome: 'denied',
          details: { code: 'REQUEST_LIMITED', address, limit },
        }),
      );
    },
  };
}
