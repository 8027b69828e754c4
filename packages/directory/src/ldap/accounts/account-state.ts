import type { LdapEntry } from '../connection/ldap-entry.ts';
import type { AccountState } from './ldap-account.ts';

/** Bits of `userAccountControl` and of its computed companion (MS-ADTS, 2.2.16). */
const accountDisabled = 0x2;
const lockedOut = 0x10;
const passwordExpired = 0x80_0000;

/** Between 1601, where Windows counts from, and 1970. */
const windowsEpochMs = 11_644_473_600_000n;
const never = 0x7fff_ffff_ffff_ffffn;

/** What {@link activeDirectoryState} needs of an entry. */
export const activeDirectoryStateAttributes = [
  'userAccountControl',
  'msDS-User-Account-Control-Computed',
  'accountExpires',
  'pwdLastSet',
] as const;

export function activeDirectoryState(entry: LdapEntry, nowMs: number): AccountState {
  const control = Number(entry.text('userAccountControl') ?? 0);
  const computed = Number(entry.text('msDS-User-Account-Control-Computed') ?? 0);
  if ((control & accountDisabled) !== 0) return 'disabled';
  const expires = BigInt(entry.text('accountExpires') ?? 0);
  if (expires !== 0n && expires !== never && fromWindowsMs(expires) <= BigInt(nowMs)) return 'expired';
  if (((control | computed) & lockedOut) !== 0) return 'locked';
  if (entry.text('pwdLastSet') === '0' || (computed & passwordExpired) !== 0) return 'password-expired';
  return 'usable';
}

/** In units of 100 ns. */
function fromWindowsMs(time: bigint): bigint {
  return time / 10_000n - windowsEpochMs;
}

/** What {@link posixState} needs; most are operational, so they are sent only when they are named. */
export const posixStateAttributes = [
  'pwdAccountLockedTime',
  'pwdReset',
  'nsAccountLock',
  'shadowExpire',
] as const;

/** A lock time that means for good (draft-behera-ldap-password-policy, 5.3.3). */
const lockedForGood = '000001010000Z';
const dayMs = 86_400_000;

/** By the password policy overlay, by 389 Directory Server's lock, and by the shadow account of RFC 2307. */
export function posixState(entry: LdapEntry, nowMs: number): AccountState {
  const lockedTime = entry.text('pwdAccountLockedTime');
  if (entry.text('nsAccountLock')?.toLowerCase() === 'true' || lockedTime === lockedForGood)
    return 'disabled';
  const expireDay = Number(entry.text('shadowExpire') ?? -1);
  if (expireDay >= 0 && nowMs >= expireDay * dayMs) return 'expired';
  if (lockedTime !== undefined) return 'locked';
  return entry.text('pwdReset')?.toLowerCase() === 'true' ? 'password-expired' : 'usable';
}

/**
 * Why Active Directory refused a bind, by the code it puts into its answer (the Win32 error, in hex, of the logon);
 * `undefined` for a wrong password or when there is no code. Only a right password gets to hear that the account is
 * disabled, expired or needs another one.
 */
export function stateOfRefusal(reason: string): AccountState | undefined {
  switch (/\bdata ([0-9a-f]{3,4})\b/i.exec(reason)?.[1]?.toLowerCase()) {
    case '532':
    case '773':
      return 'password-expired';
    case '533':
      return 'disabled';
    case '701':
      return 'expired';
    case '775':
      return 'locked';
    default:
      return undefined;
  }
}
