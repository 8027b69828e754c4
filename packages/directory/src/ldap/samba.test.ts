import { systemClock } from '@carrel/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSignInName } from './accounts/sign-in-name.ts';
import { createLdapDirectory, type LdapDirectory } from './ldap-directory.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { type SambaDomain, startSambaDomain } from './testing/index.ts';

let domain: SambaDomain;
const opened: LdapDirectory[] = [];
beforeAll(async () => {
  domain = await startSambaDomain();
});
afterAll(async () => {
  for (const directory of opened) directory[Symbol.dispose]();
  await domain[Symbol.asyncDispose]();
});

function open(changes: Partial<LdapSettings> = {}): LdapDirectory {
  const settings = domain.settings(changes);
  const directory = createLdapDirectory({
    settings,
    clock: systemClock,
    random: Math.random,
    trusted: () => [],
  });
  opened.push(directory);
  return directory;
}

async function findOne(directory: LdapDirectory, name: string) {
  const [account, ...others] = await directory.findAccounts(parseSignInName(name));
  if (!account || others.length > 0) throw new Error(`${name} is not one account`);
  return account;
}

it('knows somebody by every form of their name', async () => {
  await domain.addUser('ada', { displayName: 'Ada Lovelace' });
  const directory = open();
  const byPrincipal = await findOne(directory, 'ada@corp.example');
  expect(byPrincipal).toMatchObject({
    userName: 'ada@corp.example',
    displayName: 'Ada Lovelace',
    state: 'usable',
  });
  for (const name of ['CORP\\ada', 'ADA', 'Ada@Corp.Example']) {
    expect((await findOne(directory, name)).externalId).toBe(byPrincipal.externalId);
  }
  expect(await directory.findAccounts(parseSignInName('nobody'))).toEqual([]);
});
