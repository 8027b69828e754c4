import type { User } from '@carrel/contract';
import type { Tone } from '../ui/index.ts';

/** Where people come from. */
export const sourceLabels: Readonly<Record<User['source'], string>> = {
  'built-in': 'Carrel',
  ldap: 'a directory',
  oidc: 'single sign-on',
};

export interface UserState {
  readonly label: string;
  readonly tone: Tone;
}

/** What matters first about an account. */
export function userState(user: User, nowMs: number): UserState {
  if (user.isDisabledByDirectory) return { label: 'disabled by its directory', tone: 'bad' };
  if (user.isDisabled) return { label: 'disabled', tone: 'bad' };
  if (isLocked(user, nowMs)) return { label: 'locked', tone: 'warn' };
  if (user.mustChangePassword) return { label: 'needs a new password', tone: 'warn' };
  return { label: 'enabled', tone: 'good' };
}

/** Whether wrong passwords keep the account shut at this moment. */
export function isLocked({ lockedUntil }: User, nowMs: number): boolean {
  return lockedUntil !== null && Date.parse(lockedUntil) > nowMs;
}
