import type { LeaseGrant } from '@carrel/contract';
import { z } from 'zod';

/** How the server ended a permission. */
export const withdrawalSchema = z.enum(['disabled', 'expired', 'unassigned', 'revoked']);
export type Withdrawal = z.infer<typeof withdrawalSchema>;

/** Why a workspace is removed from this computer. */
export const deletionReasonSchema = z.enum(['disabled', 'expired', 'offline-too-long', 'wiped']);
export type DeletionReason = z.infer<typeof deletionReasonSchema>;

export type DeletionSettings = LeaseGrant['deletion'];

/**
 * Whether the end of a permission means that the workspace is deleted, and for which reason. Pure. Where offline use
 * is forbidden, a server out of reach for two minutes is no reason: only a limit of some length that was reached is.
 *
 * @param code what a start is refused with
 * @param withdrawal what the server said, if it ended the permission
 */
export function deletionReason(
  code: string,
  withdrawal: Withdrawal | null,
  settings: DeletionSettings,
): DeletionReason | null {
  if (withdrawal !== null) {
    const isExpired = withdrawal === 'expired';
    if (isExpired) return settings.whenExpired ? 'expired' : null;
    return settings.whenDisabled ? 'disabled' : null;
  }
  if (code === 'LEASE_EXPIRED') return settings.whenExpired ? 'expired' : null;
  if (code === 'LEASE_OFFLINE_TOO_LONG') return settings.whenOfflineTooLong ? 'offline-too-long' : null;
  return null;
}
