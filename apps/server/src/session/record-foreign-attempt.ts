import { appendAudit } from '../audit/index.ts';
import type { UserCaller } from '../http/index.ts';
import type { Services } from '../services.ts';

/**
 * Writes to the audit log that somebody tried to touch what is another person's. They are answered as if it did not
 * exist, which alone would leave no trace.
 */
export async function recordForeignAttempt(
  { database, clock }: Pick<Services, 'database' | 'clock'>,
  caller: UserCaller,
  attempt: { readonly action: string; readonly target: string; readonly address: string },
): Promise<void> {
  const { action, target, address } = attempt;
  await database.transaction((transaction) =>
    appendAudit(transaction, clock.nowMs(), {
      actor: caller.user.userName,
      action,
      target,
      outcome: 'denied',
      details: { code: 'NOT_FOUND', address },
    }),
  );
}
