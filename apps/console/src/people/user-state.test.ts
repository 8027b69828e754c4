import type { User } from '@carrel/contract';
import { createId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { userState } from './user-state.ts';

const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const user: User = {
  id: createId(1, new Uint8Array(10)),
  userName: 'ada',
  displayName: 'Ada Lovelace',
  source: 'built-in',
  directoryId: null,
  isDisabled: false,
  isDisabledByDirectory: false,
  lockedUntil: null,
  mustChangePassword: false,
  createdAt: '2026-11-01T12:00:00.000Z',
};

test('says what matters first', () => {
  expect(userState(user, nowMs).label).toBe('enabled');
  expect(userState({ ...user, mustChangePassword: true }, nowMs).label).toBe('needs a new password');
  const locked = { ...user, lockedUntil: '2026-11-21T12:05:00.000Z', mustChangePassword: true };
  expect(userState(locked, nowMs).label).toBe('locked');
  expect(userState({ ...locked, isDisabled: true }, nowMs).label).toBe('disabled');
});

test('a lock that is over is none', () => {
  expect(userState({ ...user, lockedUntil: '2026-11-21T11:59:59.000Z' }, nowMs).label).toBe('enabled');
});
