import { systemClock } from '@carrel/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LdapSettings } from './ldap-settings.ts';
import { testLdapDirectory } from './test-directory.ts';
import { type OpenLdap, startOpenLdap } from './testing/open-ldap.ts';

let ldap: OpenLdap;
beforeAll(async () => {
  const base = 'dc=staff,dc=example';
  const people = ['ada', 'grace'].map(
    (uid) =>
      `dn: uid=${uid},${base}\nobjectClass: inetOrgPerson\nuid: ${uid}\nuid: twin\ncn: ${uid}\nsn: x\nuserPassword: secret\n\n`,
  );
  ldap = await startOpenLdap('staff', people.join(''));
});
afterAll(() => ldap[Symbol.asyncDispose]());

async function run(
  changes: Partial<LdapSettings> = {},
  person: { userName?: string; password?: string } = {},
) {
  const options = { settings: ldap.settings(changes), clock: systemClock, random: Math.random };
  const steps = await testLdapDirectory({ ...options, ...person });
  return { steps, outcomes: steps.map(({ step, outcome }) => `${step} ${outcome}`) };
}

it('goes through every step of a connection that works', async () => {
  const { steps, outcomes } = await run({}, { userName: 'ada', password: 'secret' });
  const names = ['resolve', 'connect', 'certificate', 'bind', 'base', 'find-user', 'groups', 'authenticate'];
  expect(outcomes).toEqual(names.map((step) => `${step} ok`));
  expect(steps[2]?.detail).toMatch(/^TLSv1\.[23], CN=directory, valid to /);
  expect(steps[5]?.detail).toContain('uid=ada,dc=staff,dc=example');
});

it('skips what it was given nobody for', async () => {
  const { outcomes } = await run();
  expect(outcomes.slice(5)).toEqual(['find-user skipped', 'groups skipped', 'authenticate skipped']);
  const named = await run({}, { userName: 'ada' });
  expect(named.outcomes.slice(5)).toEqual(['find-user ok', 'groups ok', 'authenticate skipped']);
});

const tls = 'tls' as const;
it.each([
  [
    'resolve',
    'DIRECTORY_NAME_UNRESOLVED',
    () => ({ servers: [{ host: 'nowhere.invalid', port: 636, security: tls }] }),
  ],
  [
    'connect',
    'DIRECTORY_CONNECT_FAILED',
    () => ({ servers: [{ host: ldap.address, port: 1, security: tls }] }),
  ],
  [
    'certificate',
    'DIRECTORY_TLS_FAILED',
    () => ({ servers: [{ host: ldap.address, port: 6389, security: tls }] }),
  ],
  ['certificate', 'DIRECTORY_CERTIFICATE_REFUSED', () => ({ certificateAuthority: null })],
  ['bind', 'DIRECTORY_BIND_REFUSED', () => ({ bindPassword: 'wrong' })],
  ['base', 'DIRECTORY_BASE_MISSING', () => ({ baseDn: 'ou=nothing,dc=staff,dc=example' })],
] as const)('says that %s failed, with %s, and how far that reaches', async (failing, code, changes) => {
  const { steps } = await run(changes(), { userName: 'ada', password: 'secret' });
  const at = steps.findIndex((step) => step.outcome === 'failed');
  expect(steps[at]).toMatchObject({ step: failing, code });
  expect(steps[at]?.remedy).toMatch(/\.$/);
  expect(steps.slice(0, at).every((step) => step.outcome === 'ok')).toBe(true);
  expect(steps.slice(at + 1).every((step) => step.outcome === 'skipped')).toBe(true);
  expect(steps).toHaveLength(8);
});

it.each([
  ['find-user', 'DIRECTORY_USER_UNKNOWN', { userName: 'nobody', password: 'secret' }],
  ['find-user', 'DIRECTORY_USER_AMBIGUOUS', { userName: 'twin', password: 'secret' }],
  ['authenticate', 'DIRECTORY_SIGN_IN_REFUSED', { userName: 'ada', password: 'wrong' }],
  ['authenticate', 'DIRECTORY_SIGN_IN_REFUSED', { userName: 'ada', password: '' }],
] as const)('says that %s failed, with %s, for %o', async (failing, code, person) => {
  const { steps } = await run({}, person);
  const failed = steps.filter((step) => step.outcome === 'failed');
  expect(failed).toMatchObject([{ step: failing, code }]);
});

it('tests every server, and the person on the first that works', async () => {
  const broken = { host: ldap.address, port: 1, security: 'tls' } as const;
  const { steps } = await run({ servers: [broken, ...ldap.settings().servers] }, { userName: 'ada' });
  const failed = steps.filter((step) => step.outcome === 'failed');
  expect(failed).toMatchObject([{ step: 'connect', server: `${ldap.address}:1` }]);
  expect(steps.at(-2)).toMatchObject({ step: 'groups', outcome: 'ok', server: `${ldap.address}:6636` });
});

it('tells no password', async () => {
  const { steps } = await run({ bindPassword: 'a wrong one' }, { userName: 'ada', password: 'another one' });
  expect(JSON.stringify(steps)).not.toMatch(/a wrong one|another one/);
});
