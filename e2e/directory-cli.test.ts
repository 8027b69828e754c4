import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenLdap, startOpenLdap } from '@carrel/directory/testing/ldap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from './support/failing-command.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { runCarrel } from './support/run-carrel.ts';

// How an administrator connects a directory from the command line, and finds out what is wrong with it.

let instance: Instance;
let ldap: OpenLdap;
let flags: string[];

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(instance.folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

beforeAll(async () => {
  const base = 'dc=staff,dc=example';
  const person = `dn: uid=ada,${base}\nobjectClass: inetOrgPerson\nuid: ada\ncn: Ada Lovelace\nsn: x\nuserPassword: the secret of ada\n\n`;
  const group = `dn: cn=crew,${base}\nobjectClass: groupOfNames\ncn: crew\nmember: uid=ada,${base}\n\n`;
  ldap = await startOpenLdap('staff', person + group);
  instance = await createInstance();
  const { bindDn, bindPassword, certificateAuthority, servers } = ldap.settings();
  flags = [
    ...['--profile', 'rfc2307bis', '--domain', 'staff.example', '--netbios', 'STAFF'],
    ...['--server', `${servers[0]?.host ?? ''}:${servers[0]?.port ?? ''}`, '--bind-account', bindDn],
    ...['--bind-password-file', await fileOf('bind', `${bindPassword}\n`)],
    ...['--authority', await fileOf('authority.pem', certificateAuthority ?? '')],
  ];
});
afterAll(async () => {
  await instance[Symbol.asyncDispose]();
  await ldap[Symbol.asyncDispose]();
});

describe('directories from the command line', () => {
  it('are added, shown and listed, without their password', async () => {
    await instance.run('directory', 'add', 'Staff', ...flags);
    const shown = await instance.run('directory', 'show', 'staff');
    expect(shown).toContain(`base          DC=staff,DC=example`);
    expect(shown).toContain('last contact  never');
    const listed = await instance.run('directory', 'list', '--json');
    expect(JSON.parse(listed)).toMatchObject({ name: 'Staff', profile: 'rfc2307bis', netbiosName: 'STAFF' });
    expect(shown + listed).not.toContain(ldap.settings().bindPassword);
    await expectFailure(['directory', 'add', 'Staff', ...flags], instance.env, {
      code: 'NAME_TAKEN',
      exitCode: 5,
    });
    await expectFailure(['directory', 'show', 'nothing'], instance.env, { code: 'NOT_FOUND', exitCode: 3 });
  });

  it('are tested step by step, up to signing somebody in', async () => {
    const password = await fileOf('ada', 'the secret of ada\n');
    const tried = await instance.try(
      ...['directory', 'test', 'Staff', '--user', 'ada', '--password-file', password],
    );
    expect(tried.code).toBe(0);
    const steps = tried.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ +/, 2).join(' '));
    expect(steps).toEqual(
      ['resolve', 'connect', 'certificate', 'bind', 'base', 'find-user', 'groups', 'authenticate'].map(
        (step) => `ok ${step}`,
      ),
    );
    expect(tried.stdout).toContain(String.raw`1: STAFF\crew`);
    expect(tried.stderr).toContain('Staff works.');
  });

  it('that do not work say which step failed and what to do, and end with its class', async () => {
    const wrong = await fileOf('wrong', 'not this one\n');
    await instance.run('directory', 'change', 'Staff', '--bind-password-file', wrong);
    const tried = await instance.try('directory', 'test', 'Staff');
    expect(tried.code).toBe(6);
    expect(tried.stdout).toMatch(/^failed +bind /m);
    expect(tried.stdout).toMatch(/^skipped +base /m);
    expect(tried.stderr).toMatch(/^error: bind: .*\n +Check the name .* \[DIRECTORY_BIND_REFUSED\]$/m);
    await instance.run('directory', 'change', 'Staff', ...flags.slice(-4));
    await instance.run('directory', 'test', 'Staff');
  });

  it('lend their people and groups, who sign in with the password they have', async () => {
    const found = await instance.run('directory', 'search', 'Staff', 'lovelace', '--json');
    expect(JSON.parse(found)).toMatchObject({ name: 'ada@staff.example', principalId: null });
    await instance.run('directory', 'import', 'Staff', String.raw`STAFF\crew`, '--groups');
    const groups = await instance.run('group', 'list', '--json');
    expect(JSON.parse(groups)).toMatchObject({ name: String.raw`STAFF\crew`, source: 'ldap' });
    const password = await fileOf('ada', 'the secret of ada\n');
    const own = { ...instance.env, XDG_CONFIG_HOME: join(instance.folder, 'of-ada') };
    const login = await runCarrel(
      [
        'login',
        instance.url,
        '-u',
        String.raw`staff\ada`,
        '--password-file',
        password,
        '--ca-fingerprint',
        instance.authorityFingerprint,
      ],
      own,
    );
    expect(login.code, login.stderr).toBe(0);
    const members = await instance.run('group', 'list', '--json');
    expect(JSON.parse(members)).toMatchObject({ userIds: [expect.any(String)] });
  });

  it('that are no Active Directory know no places of the network', async () => {
    const sites = await instance.try('plan', 'sites', 'Staff');
    expect([sites.code, sites.stderr]).toEqual([0, expect.stringContaining('Staff has no sites')]);
  });

  it('are removed with their people', async () => {
    await instance.run('directory', 'remove', 'Staff');
    expect(await instance.run('directory', 'list', '--json')).toBe('');
    expect(await instance.run('user', 'list', '--json')).not.toContain('ada@staff.example');
  });
});

describe('built-in accounts from the command line', () => {
  it('get past a password that has to be changed by giving a new one', async () => {
    const first = await fileOf('first', 'a password to begin with\n');
    const second = await fileOf('second', 'a password of my own\n');
    await instance.run('user', 'add', 'grace', '--password-file', first);
    await instance.run('user', 'expire-password', 'grace');
    const env = { ...instance.env, XDG_CONFIG_HOME: join(instance.folder, 'of-grace') };
    const trust = ['--ca-fingerprint', instance.authorityFingerprint];
    const login = ['login', instance.url, '-u', 'grace', ...trust, '--password-file'];
    await expectFailure([...login, first], env, { code: 'PASSWORD_CHANGE_REQUIRED', exitCode: 4 });
    const changed = await runCarrel([...login, first, '--new-password-file', second], env);
    expect(changed.code, changed.stderr).toBe(0);
    const own = await runCarrel(
      ['password', '--old-password-file', second, '--new-password-file', first],
      env,
    );
    expect(own.code, own.stderr).toBe(0);
    expect((await runCarrel([...login, first], env)).code).toBe(0);
    await instance.run('user', 'delete', 'grace');
    await expectFailure([...login, first], env, { code: 'SIGN_IN_FAILED', exitCode: 4 });
  });
});
