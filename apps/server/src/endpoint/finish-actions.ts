import { appendAudit } from '../audit/index.ts';
import type { Row } from '../database/index.ts';
import { type FinishedAction, revokeDevice, settleActions } from '../devices/index.ts';
import type { Services } from '../services.ts';

/**
 * Writes down, and into the audit log, how a device's actions went. A device that was to be wiped is revoked, also
 * when it did not manage: somebody wanted it gone.
 *
 * @returns whether it was to be wiped
 */
export async function finishActions(
  { database, clock }: Services,
  device: Row<'devices'>,
  finished: readonly FinishedAction[],
): Promise<boolean> {
  if (finished.length === 0) return false;
  const nowMs = clock.nowMs();
  return database.transaction(async (transaction) => {
    const settled = await settleActions(transaction, device.id, finished, nowMs);
    const isWiped = settled.some((action) => action.kind === 'wipe');
    if (isWiped) await revokeDevice(transaction, device.id, nowMs);
    for (const action of settled) {
      await appendAudit(transaction, nowMs, {
        actor: `device:${device.id}`,
        action: 'finishDeviceAction',
        target: device.id,
        outcome: action.state === 'done' ? 'done' : 'failed',
        details: { actionId: action.id, kind: action.kind, code: action.code },
      });
    }
    return isWiped;
  });
}
