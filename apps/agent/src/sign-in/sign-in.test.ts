import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventCode, fail, type Lease } from '@carrel/contract';
import type { UserId } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createLocalSecret } from '../store/local-secret.ts';
import { createStoreSeal } from '../store/store-seal.ts';
import { type SignInParts, signIn } from './sign-in.ts';
import { createVerifiers } from './verifiers.ts';

const ada = { userId: randomUUID() as string as UserId, userName: 'ada' };
const password = 'a password of ada';
const minute = 60_000;

let folder: string;
let database: AgentDatabase;
let nowMs = Date.UTC(2026, 0, 1);
let isOfflineSignInAllowed = true;
/** What the server answers; an error of the line when it is away. */
let server: (password: string) => Promise<unknown>;
let recorded: EventCode[];
let present: Set<UserId>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-sign-in-'));
  database = openDatabase(join(folder, 'agent.db'));
  isOfflineSignInAllowed = true;
  recorded = [];
  present = new Set();
  server = online;
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const online = (given: string): Promise<unknown> =>
  given === password
    ? Promise.resolve({ ...ada, displayName: 'Ada', userGrant: 'grant' })
    : Promise.reject(fail('SIGN_IN_FAILED', {}));
const away = (): Promise<never> =>
  Promise.reject(fail('SERVER_UNREACHABLE', { server: 'https://carrel', reason: 'cut' }));

function parts(localKey = new Uint8Array(32)): SignInParts {
  const seal = createStoreSeal(database, localKey);
  const lease = { userId: ada.userId, policy: { general: { isOfflineSignInAllowed } } } as unknown as Lease;
  return {
    link: {
      call: ((_route: unknown, { body }: { body: { password: string } }) =>
        server(body.password)) as SignInParts['link']['call'],
    },
    grants: { keep: () => undefined },
    contact: { failingMs: () => 0 },
    presence: { has: () => true, note: (userId) => void present.add(userId) },
    leases: { list: () => Promise.resolve([lease]) },
    verifiers: createVerifiers(database, seal, createLocalSecret(localKey)),
    events: {
      record: (code) => {
        recorded.push(code);
        return 1;
      },
    },
    clock: { nowMs: () => nowMs },
    sync: () => Promise.resolve(),
  };
}
const enter = (userName: string, given: string) => signIn({ userName, password: given }, parts());

describe('signing in at a computer', () => {
  it('asks the server, and only while it is away what was kept from then', async () => {
    expect(await enter('CORP\\Ada', password)).toEqual({ ...ada, how: 'server' });
    server = away;
    expect(present).toEqual(new Set());
    for (const name of ['ada', 'ADA', 'corp\\ada']) {
      expect(await enter(name, password)).toEqual({ ...ada, how: 'verifier' });
    }
    expect(present).toEqual(new Set([ada.userId]));
    await expect(enter('ada', 'wrong')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    await expect(enter('bob', password)).rejects.toMatchObject({ code: 'OFFLINE_SIGN_IN_UNKNOWN' });
    expect(recorded).toEqual(['AGENT-008', 'AGENT-008', 'AGENT-008', 'AGENT-008', 'AGENT-009', 'AGENT-009']);
  });

  it('counts a directory out of reach as a server out of reach', async () => {
    await enter('ada', password);
    server = () => Promise.reject(fail('DIRECTORY_UNREACHABLE', { directory: 'corp', reason: 'down' }));
    expect(await enter('ada', password)).toMatchObject({ how: 'verifier' });
  });

  it('does not help who tried too often while the server is there', async () => {
    await enter('ada', password);
    server = () => Promise.reject(fail('REQUEST_LIMITED', { retryAfterSeconds: 20 }));
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'REQUEST_LIMITED' });
    server = away;
    expect(await enter('ada', password)).toMatchObject({ how: 'verifier' });
  });

  it('does not help who was refused: what the server says counts, and the verifier goes', async () => {
    await enter('ada', password);
    server = () => Promise.reject(fail('SIGN_IN_FAILED', {}));
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    server = away;
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'OFFLINE_SIGN_IN_UNKNOWN' });
  });

  it('keeps nothing where no policy allows it, and forgets what a policy no longer allows', async () => {
    isOfflineSignInAllowed = false;
    await enter('ada', password);
    server = away;
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'OFFLINE_SIGN_IN_UNKNOWN' });
    [isOfflineSignInAllowed, server] = [true, online];
    await enter('ada', password);
    [isOfflineSignInAllowed, server] = [false, away];
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'OFFLINE_SIGN_IN_UNKNOWN' });
  });

  it('holds off guesses, through restarts, for a time that only trusted time ends', async () => {
    await enter('ada', password);
    server = away;
    const guesses = Array.from({ length: 8 }, () => enter('ada', 'wrong').catch((error: unknown) => error));
    const codes = (await Promise.all(guesses)).map((error) => (error as { code: string }).code);
    expect(codes).toContain('OFFLINE_SIGN_IN_HELD');
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'OFFLINE_SIGN_IN_HELD' });
    nowMs += 14 * minute;
    await expect(enter('ada', password)).rejects.toMatchObject({ code: 'OFFLINE_SIGN_IN_HELD' });
    nowMs += minute;
    expect(await enter('ada', password)).toMatchObject({ how: 'verifier' });
  });

  it('leaves on the disk nothing that opens elsewhere, or tells the password or the name', async () => {
    await enter('ada', password);
    server = away;
    const elsewhere = parts(new Uint8Array(32).fill(1));
    await expect(signIn({ userName: 'ada', password }, elsewhere)).rejects.toMatchObject({
      code: 'OFFLINE_SIGN_IN_UNKNOWN',
    });
    for (const name of await readdir(folder)) {
      const content = await readFile(join(folder, name), 'latin1');
      expect(content).not.toContain(password);
      expect(content).not.toContain('argon2');
    }
  });
});
