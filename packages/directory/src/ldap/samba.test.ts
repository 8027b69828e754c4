import { systemClock } from '@carrel/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSignInName } from './accounts/sign-in-name.ts';
import type { LdapConnection } from './connection/ldap-connection.ts';
import { createLdapEntry } from './connection/ldap-entry.ts';
import { findTokenGroups } from './groups/token-groups.ts';
import { createLdapDirectory, type LdapDirectory } from './ldap-directory.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { createProfile } from './profile.ts';
import { type SambaDomain, sambaPassword, startSambaDomain } from './testing/index.ts';

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

it('knows every group of somebody, nested ones and the primary one included', async () => {
  const person = await domain.addUser('grace');
  const inner = await domain.addGroup('inner', [person]);
  const outer = await domain.addGroup('outer', [inner]);
  await domain.set(inner, 'member', [person, outer]);
  const directory = open();
  const groups = await directory.groupsOf(await findOne(directory, 'grace'));
  const names = groups.map((group) => group.name);
  expect(names).toEqual(expect.arrayContaining(['CORP\\inner', 'CORP\\outer', 'CORP\\Domain Users']));
  const found = groups.find((group) => group.name === 'CORP\\inner');
  expect(await directory.readGroup(found?.externalId ?? '')).toEqual(found);
});

it('has the controller follow memberships where the bind account may not read tokens', async () => {
  const person = await domain.addUser('hidden');
  const inner = await domain.addGroup('hidden-inner', [person]);
  await domain.addGroup('hidden-outer', [inner]);
  const directory = open();
  const account = await findOne(directory, 'hidden');
  const context = { profile: createProfile(domain.settings()), baseDn: domain.baseDn, known: new Map() };
  const groups = await directory.asService((connection) =>
    findTokenGroups(withoutTokens(connection), account, context),
  );
  const names = groups.map((group) => group.name).toSorted();
  expect(names).toEqual(['CORP\\Domain Users', 'CORP\\hidden-inner', 'CORP\\hidden-outer']);
});

it.each([
  ['disabled', { userAccountControl: ['514'] }],
  ['expired', { accountExpires: ['132223104000000000'] }],
  ['password-expired', { pwdLastSet: ['0'] }],
] as const)('tells that an account is %s to the right password only', async (state, attributes) => {
  const person = await domain.addUser(state);
  for (const [attribute, values] of Object.entries<readonly string[]>(attributes))
    await domain.set(person, attribute, values);
  const directory = open();
  const account = await findOne(directory, state);
  expect(account.state).toBe(state);
  expect(await directory.judgePassword(account, sambaPassword)).toBe(state);
  expect(await directory.judgePassword(account, 'wrong')).toBe('wrong');
});

it('sees an account that the domain itself has locked', async () => {
  await domain.addUser('forgetful');
  await domain.set(domain.baseDn, 'lockoutThreshold', ['2']);
  try {
    const directory = open();
    const account = await findOne(directory, 'forgetful');
    for (let time = 0; time < 3; time += 1) await directory.judgePassword(account, 'wrong');
    expect(await directory.judgePassword(account, sambaPassword)).toBe('locked');
    expect((await findOne(directory, 'forgetful')).state).toBe('locked');
  } finally {
    await domain.set(domain.baseDn, 'lockoutThreshold', ['0']);
  }
});

it('never takes an empty password, which the controller would let in as nobody', async () => {
  const directory = open();
  expect(await directory.judgePassword(await findOne(directory, 'ada'), '')).toBe('wrong');
});

it('works over StartTLS', async () => {
  const [host] = domain.addresses;
  await open({ servers: [{ host, port: 389, security: 'start-tls' }] }).requireBase();
});

/** As a bind account sees the domain that may not read `tokenGroups`. */
function withoutTokens(connection: LdapConnection): LdapConnection {
  return {
    server: connection.server,
    isOpen: connection.isOpen,
    bind: (account, password) => connection.bind(account, password),
    search: async (query) => {
      const { entries, references } = await connection.search(query);
      const hidden = entries.map((entry) =>
        createLdapEntry(
          entry.distinguishedName,
          new Map(
            query.attributes
              .filter((attribute) => attribute !== 'tokenGroups')
              .map((attribute) => [attribute, entry.bytes(attribute)]),
          ),
        ),
      );
      return { entries: hidden, references };
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

it('knows the places of the network, their subnets and how they are linked', async () => {
  const sites = `CN=Sites,CN=Configuration,${domain.baseDn}`;
  const siteNames = ['Berlin', 'Rome', 'Oslo'];
  for (const name of siteNames) await domain.add(`CN=${name},${sites}`, { objectClass: 'site' });
  const [berlin = '', rome = '', oslo = ''] = siteNames.map((name) => `CN=${name},${sites}`);
  await domain.set(rome, 'description', ['the branch']);
  for (const [subnet, siteObject] of [
    ['10.2.0.0/16', rome],
    ['10.1.0.0/16', rome],
    ['10.3.0.0/24', oslo],
  ] as const) {
    await domain.add(`CN=${subnet},CN=Subnets,${sites}`, { objectClass: 'subnet', siteObject });
  }
  for (const [name, cost, siteList] of [
    ['cheap', '20', [berlin, rome]],
    ['dear', '300', [berlin, rome, oslo]],
  ] as const) {
    const dn = `CN=${name},CN=IP,CN=Inter-Site Transports,${sites}`;
    await domain.add(dn, { objectClass: 'siteLink', cost, siteList: [...siteList] });
  }
  const found = await open().readSites();
  expect(found.map(({ name }) => name)).toEqual(['Berlin', 'Default-First-Site-Name', 'Oslo', 'Rome']);
  expect(found.at(-1)).toEqual({
    name: 'Rome',
    description: 'the branch',
    subnets: ['10.1.0.0/16', '10.2.0.0/16'],
    links: [
      { to: 'Berlin', cost: 20 },
      { to: 'Oslo', cost: 300 },
    ],
  });
});
