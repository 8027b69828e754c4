import { describe, expect, it } from 'vitest';
import { createLdapEntry } from '../connection/ldap-entry.ts';
import { activeDirectoryState, posixState, stateOfRefusal } from './account-state.ts';

const nowMs = Date.UTC(2026, 0, 15);
const entry = (attributes: Record<string, string>) =>
  createLdapEntry('CN=x', new Map(Object.entries(attributes).map(([name, value]) => [name, [value]])));
/** In units of 100 ns since 1601. */
const windowsTime = (timeMs: number): string => String((BigInt(timeMs) + 11_644_473_600_000n) * 10_000n);

describe('in Active Directory', () => {
  it.each([
    ['usable', { userAccountControl: '512' }],
    ['usable', { userAccountControl: '512', accountExpires: '0' }],
    ['usable', { userAccountControl: '512', accountExpires: '9223372036854775807' }],
    ['usable', { userAccountControl: '512', accountExpires: windowsTime(nowMs + 1) }],
    ['usable', { userAccountControl: '512', pwdLastSet: '133000000000000000' }],
    ['expired', { userAccountControl: '512', accountExpires: windowsTime(nowMs) }],
    ['disabled', { userAccountControl: '514' }],
    ['disabled', { userAccountControl: '514', accountExpires: windowsTime(nowMs - 1) }],
    ['locked', { userAccountControl: '512', 'msDS-User-Account-Control-Computed': '16' }],
    ['password-expired', { userAccountControl: '512', 'msDS-User-Account-Control-Computed': '8388608' }],
    ['password-expired', { userAccountControl: '512', pwdLastSet: '0' }],
  ] as const)('%s by %o', (state, attributes) => {
    expect(activeDirectoryState(entry(attributes), nowMs)).toBe(state);
  });

  it.each([
    ['532', 'password-expired'],
    ['773', 'password-expired'],
    ['533', 'disabled'],
    ['701', 'expired'],
    ['775', 'locked'],
    ['52e', undefined],
  ])('a refusal with %s means %s', (code, state) => {
    const reason = `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${code}, v1db1`;
    expect(stateOfRefusal(reason)).toBe(state);
    expect(stateOfRefusal('Invalid credentials')).toBeUndefined();
  });
});

describe('elsewhere', () => {
  it.each([
    ['usable', {}],
    ['usable', { shadowExpire: '-1' }],
    ['usable', { shadowExpire: '20469' }],
    ['expired', { shadowExpire: '20468' }],
    ['disabled', { nsAccountLock: 'TRUE' }],
    ['disabled', { pwdAccountLockedTime: '000001010000Z' }],
    ['locked', { pwdAccountLockedTime: '20260115000000Z' }],
    ['password-expired', { pwdReset: 'TRUE' }],
  ] as const)('%s by %o', (state, attributes) => {
    expect(posixState(entry(attributes), nowMs)).toBe(state);
  });
});
