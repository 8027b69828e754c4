import { randomUUID } from 'node:crypto';
import { fail } from '@carrel/contract';
import type { UserId, WorkspaceId } from '@carrel/kit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { UserGrant } from '../store/grants.ts';
import { type SyncParts, syncWithServer } from './sync.ts';

const ada = randomUUID() as string as UserId;
const bob = randomUUID() as string as UserId;
const desk = randomUUID() as string as WorkspaceId;
const serverTime = '2026-01-02T03:04:05.000Z';
const never = new AbortController().signal;

/** What was done, in order. */
let done: string[];
let grants: UserGrant[];
let answer: () => Promise<unknown>;

beforeEach(() => {
  done = [];
  grants = [
    { userId: ada, userName: 'ada', grant: 'grant of ada' },
    { userId: bob, userName: 'bob', grant: 'grant of bob' },
  ];
});

const nameOf = (userId: UserId): string => (userId === ada ? 'ada' : 'bob');
const note = (text: string): void => void done.push(text);

function answerWith(users: unknown[]): void {
  const common = { intervals: {}, leaseKeys: { keys: [] }, actions: [], repositoryToken: 'token' };
  answer = () => Promise.resolve({ ...common, serverTime, users });
}

function sync(): Promise<string | undefined> {
  const finished = [{ id: randomUUID(), outcome: 'done' }];
  const parts = {
    link: { call: () => answer() },
    grants: {
      list: () => grants,
      keep: () => undefined,
      forget: (userId: UserId) => {
        grants = grants.filter((grant) => grant.userId !== userId);
        note(`forget grant of ${nameOf(userId)}`);
      },
    },
    verifiers: { forget: (userId: UserId) => note(`forget verifier of ${nameOf(userId)}`) },
    leases: {
      accept: (userId: UserId, tokens: string[]) => {
        note(`accept ${tokens.join()} of ${nameOf(userId)}`);
        return Promise.resolve();
      },
      withdraw: (userId?: UserId) => {
        note(`withdraw ${userId === undefined ? 'all' : nameOf(userId)}`);
        return Promise.resolve();
      },
    },
    leaseKeys: { replace: () => note('lease keys') },
    seal: { restore: () => note('restore seal') },
    contact: {
      isOnline: true,
      problem: undefined,
      failingMs: () => 0,
      refused: () => note('refused'),
      succeeded: () => note('contact'),
      failed: () => note('no contact'),
    },
    clock: { contact: (timeMs: number) => note(`time ${new Date(timeMs).toISOString()}`) },
    facts: { read: () => undefined, write: () => undefined },
    actions: {
      finished: () => finished,
      acknowledge: (told: unknown[]) => note(`told ${told.length}`),
      take: () => note('take actions'),
    },
    inventory: () => Promise.resolve({}),
    statuses: () => Promise.resolve([]),
    noteWithdrawal: (isConcerned: (key: object) => boolean, reason: string) => {
      const concerned = [ada, bob].filter((userId) => isConcerned({ userId, workspaceId: desk }));
      note(`${concerned.map(nameOf).join('+')}: ${reason}`);
    },
  };
  return syncWithServer(parts as unknown as SyncParts, never);
}

describe('a contact', () => {
  it('trusts what is kept again, then time and keys, before it takes leases', async () => {
    answerWith([
      { outcome: 'granted', userId: ada, leases: ['one'], withdrawn: [] },
      { outcome: 'granted', userId: bob, leases: ['two'], withdrawn: [] },
    ]);
    await expect(sync()).resolves.toBe('token');
    expect(done).toEqual([
      'restore seal',
      `time ${serverTime}`,
      'contact',
      'lease keys',
      'accept one of ada',
      'accept two of bob',
      'told 1',
      'take actions',
    ]);
  });

  it('notes why a permission ended before its lease goes', async () => {
    const withdrawn = [{ workspaceId: desk, reason: 'expired' }];
    answerWith([
      { outcome: 'granted', userId: ada, leases: [], withdrawn },
      { outcome: 'refused', code: 'LEASE_WITHDRAWN', reason: 'disabled' },
    ]);
    await sync();
    expect(done.slice(4, -2)).toEqual([
      'ada: expired',
      'accept  of ada',
      'bob: disabled',
      'forget verifier of bob',
      'forget grant of bob',
      'withdraw bob',
    ]);
  });

  it('deletes nothing, and keeps the verifier, of who was only signed out', async () => {
    answerWith([{ outcome: 'refused', code: 'LEASE_WITHDRAWN', reason: 'signed-out' }]);
    await sync();
    expect(done.slice(4, -2)).toEqual(['forget grant of ada', 'withdraw ada']);
  });

  it('leaves who signed in anew while it was under way signed in', async () => {
    answerWith([{ outcome: 'refused', code: 'LEASE_WITHDRAWN', reason: 'signed-out' }]);
    const answered = answer;
    answer = () => {
      grants = grants.map((held) => (held.userId === ada ? { ...held, grant: 'a newer grant' } : held));
      return answered();
    };
    await sync();
    expect(grants.map(({ grant }) => grant)).toContain('a newer grant');
    expect(done).not.toContain('withdraw ada');
  });

  it('ends every permission of a device that was revoked, for that reason', async () => {
    answer = () => Promise.reject(fail('DEVICE_REVOKED', {}));
    await expect(sync()).resolves.toBeUndefined();
    expect(done).toEqual([
      'contact',
      'refused',
      'ada+bob: revoked',
      'forget verifier of ada',
      'forget verifier of bob',
      'withdraw all',
      'told 1',
    ]);
  });

  it('gives no reason to delete anything when the server knows nothing of the device', async () => {
    answer = () => Promise.reject(fail('DEVICE_UNKNOWN', {}));
    await sync();
    expect(done.some((entry) => entry.includes('revoked'))).toBe(false);
    expect(done).toContain('withdraw all');
  });

  it('tells nothing as told when the server was not reached', async () => {
    answer = () => Promise.reject(fail('SERVER_UNREACHABLE', { server: 'https://carrel', reason: 'cut' }));
    await expect(sync()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(done).toEqual(['no contact']);
  });
});
