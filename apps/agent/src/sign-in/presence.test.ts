import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserId } from '@carrel/kit';
import { expect, it } from 'vitest';
import { openDatabase } from '../store/database.ts';
import { createFacts } from '../store/facts.ts';
import { createStoreSeal, withSeal } from '../store/store-seal.ts';
import { createPresence } from './presence.ts';

const [ada, bob] = [randomUUID(), randomUUID()] as string[] as [UserId, UserId];

it('lasts over restarts of the agent, and until the computer is started anew', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-presence-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true }));
  using database = openDatabase(join(folder, 'agent.db'));
  const seal = createStoreSeal(database, new Uint8Array(32));
  const open = (bootId: string) => createPresence(withSeal(createFacts(database), seal), bootId);
  open('first').note(ada);
  open('first').note(ada);
  expect([ada, bob].map((userId) => open('first').has(userId))).toEqual([true, false]);
  expect(open('second').has(ada)).toBe(false);
  open('second').note(bob);
  expect([ada, bob].map((userId) => open('second').has(userId))).toEqual([false, true]);

  const forged = JSON.stringify({ bootId: 'second', userIds: [ada, bob] });
  database.sqlite.prepare("UPDATE facts SET value = ? WHERE name = 'sign-ins'").run(forged);
  expect(open('second').has(ada)).toBe(false);
  seal.restore();
  expect(open('second').has(ada)).toBe(false);
});
