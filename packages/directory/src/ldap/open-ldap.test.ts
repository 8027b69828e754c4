import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemClock } from '@carrel/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSignInName } from './accounts/sign-in-name.ts';
import { createLdapDirectory, type LdapDirectory } from './ldap-directory.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { type OpenLdap, startOpenLdap } from './testing/open-ldap.ts';
import { loopbackAddress } from './testing/server-process.ts';

const undo = new AsyncDisposableStack();
let staff: OpenLdap;
let students: OpenLdap;
/** Somewhere that nobody configured. */
const stranger = createServer();
const strangerAddress = loopbackAddress();
let strangersVisits = 0;

const person = (uid: string, base: string): string =>
  [
    `dn: uid=${uid},${base}`,
    ...['inetOrgPerson', 'posixAccount', 'shadowAccount'].map((kind) => `objectClass: ${kind}`),
    ...[`uid: ${uid}`, `cn: ${uid} of the staff`, `sn: ${uid}`, `userPassword: secret of ${uid}`],
    ...['uidNumber: 1000', 'gidNumber: 5000', `homeDirectory: /home/${uid}`],
    '',
    '',
  ].join('\n');

const group = (name: string, members: readonly string[], base: string): string =>
  [
    `dn: cn=${name},${base}`,
    'objectClass: groupOfNames',
    `cn: ${name}`,
    ...members.map((dn) => `member: ${dn}`),
    '',
    '',
  ].join('\n');

const manyPeople = 250;

beforeAll(async () => {
  const base = 'dc=staff,dc=example';
  stranger.on('connection', (socket) => {
    strangersVisits += 1;
    socket.destroy();
  });
  stranger.listen(389, strangerAddress);
  await once(stranger, 'listening');
  undo.defer(() => void stranger.close());
  students = undo.use(await startOpenLdap('students', person('eve', 'dc=students,dc=example')));
  const referral = (name: string, url: string): string =>
    `dn: ou=${name},${base}\nobjectClass: referral\nobjectClass: extensibleObject\nou: ${name}\nref: ${url}\n\n`;
  const ldif = [
    person('ada', base),
    group('inner', [`uid=ada,${base}`, `cn=outer,${base}`], base),
    group('outer', [`cn=inner,${base}`], base),
    group('outermost', [`cn=outer,${base}`], base),
    group('others', ['uid=nobody'], base),
    `dn: cn=unix,${base}\nobjectClass: posixGroup\ncn: unix\ngidNumber: 7\nmemberUid: ada\n\n`,
    `dn: cn=primary,${base}\nobjectClass: posixGroup\ncn: primary\ngidNumber: 5000\n\n`,
    `${person('former', base).trimEnd()}\nshadowExpire: 1\n\n`,
    referral('students', `${students.url}/${students.baseDn}`),
    referral('elsewhere', `ldap://${strangerAddress}/dc=elsewhere`),
    ...Array.from({ length: manyPeople }, (_, index) => person(`crowd${index}`, base)),
  ];
  staff = undo.use(await startOpenLdap('staff', ldif.join('')));
});
afterAll(() => undo.disposeAsync());

function open(server: OpenLdap, trusted: readonly LdapDirectory[] = [], changes: Partial<LdapSettings> = {}) {
  return undo.use(
    createLdapDirectory({
      settings: server.settings(changes),
      clock: systemClock,
      random: Math.random,
      trusted: () => trusted,
    }),
  );
}

it('knows people by uid and signs them in by binding as them', async () => {
  const directory = open(staff);
  for (const name of ['ada', 'ada@staff.example', String.raw`staff.example\ADA`]) {
    const [account, ...others] = await directory.findAccounts(parseSignInName(name));
    expect(others).toEqual([]);
    expect(account).toMatchObject({
      userName: 'ada@staff.example',
      displayName: 'ada of the staff',
      state: 'usable',
    });
    if (!account) continue;
    expect(await directory.readAccount(account.externalId)).toEqual(account);
    expect(await directory.judgePassword(account, 'secret of ada')).toBe('right');
    expect(await directory.judgePassword(account, 'Secret of ada')).toBe('wrong');
    expect(await directory.judgePassword(account, '')).toBe('wrong');
  }
});

it('refuses an account that is over although the server lets it bind', async () => {
  const directory = open(staff);
  const [account] = await directory.findAccounts(parseSignInName('former'));
  if (!account) throw new Error('nobody was found');
  expect(await directory.judgePassword(account, 'secret of former')).toBe('expired');
});

it('walks groups in groups to the end, also where they contain each other', async () => {
  const directory = open(staff);
  const [account] = await directory.findAccounts(parseSignInName('ada'));
  const groups = account ? await directory.groupsOf(account) : [];
  expect(groups.map(({ name }) => name).toSorted()).toEqual([
    'inner',
    'outer',
    'outermost',
    'primary',
    'unix',
  ]);
});

it('reads everything by pages where the server gives little at a time, and no more than was asked for', async () => {
  const directory = open(staff);
  const found = await directory.searchAccounts('crowd', 1000);
  expect(new Set(found.map((account) => account.externalId)).size).toBe(manyPeople);
  expect(await directory.searchAccounts('crowd', 120)).toHaveLength(120);
});

it('asks where the server sends on to only if that is a directory configured here, over TLS', async () => {
  const other = open(students);
  expect(await open(staff).findAccounts(parseSignInName('eve'))).toEqual([]);
  const found = await open(staff, [other]).findAccounts(parseSignInName('eve'));
  expect(found.map((account) => account.distinguishedName)).toEqual(['uid=eve,dc=students,dc=example']);
  expect(strangersVisits).toBe(0);
});

it('says that nothing can be read rather than that somebody is gone', async () => {
  const directory = open(staff, [], { baseDn: 'ou=wrong,dc=staff,dc=example' });
  await expect(directory.readAccount('00112233-4455-6677-8899-aabbccddeeff')).rejects.toMatchObject({
    code: 'DIRECTORY_BASE_MISSING',
  });
});
