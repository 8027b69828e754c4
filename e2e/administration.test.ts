import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInstance, type Instance } from './support/instance.ts';
import { runCarrel, startProgram } from './support/run-carrel.ts';
import { enrolScriptedDevice, newToken, type ScriptedDevice } from './support/scripted-device.ts';

describe('administering from the command line', () => {
  let instance: Instance;
  let device: ScriptedDevice;

  beforeAll(async () => {
    instance = await createInstance();
    device = await enrolScriptedDevice(instance.url, await newToken(instance), 'front-desk');
    await writeFile(passwordFile(), 'a password for ada', { mode: 0o600 });
    await instance.run('user', 'add', 'ada', '--password-file', passwordFile(), '--role', 'read-only');
  }, 60_000);
  afterAll(async () => {
    await device[Symbol.asyncDispose]();
    await instance[Symbol.asyncDispose]();
  });

  const passwordFile = (): string => join(instance.folder, 'ada-password');
  const lines = async (...args: string[]): Promise<Record<string, unknown>[]> =>
    (await instance.run(...args, '--json'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('gives and takes roles, by names', async () => {
    const permissions = ['--permission', 'audit.view', 'devices.view'];
    await instance.run('role', 'add', 'Night watch', ...permissions);
    await instance.run('administrator', 'grant', '--user', 'ada', '--role', 'night WATCH');
    const grants = await lines('administrator', 'list');
    expect(
      grants.map(({ principalName, roleName }) => `${String(principalName)} ${String(roleName)}`),
    ).toEqual(expect.arrayContaining(['admin administrator', 'ada read-only', 'ada Night watch']));
    const inUse = await instance.try('role', 'delete', 'Night watch');
    expect([inUse.code, inUse.stderr]).toEqual([5, expect.stringContaining('IN_USE')]);
    await instance.run('administrator', 'revoke', '--user', 'ada', '--role', 'Night watch');
    await instance.run('role', 'delete', 'Night watch');
    const last = await instance.try('administrator', 'revoke', '--user', 'admin', '--role', 'administrator');
    expect([last.code, last.stderr]).toEqual([5, expect.stringContaining('nobody else is administrator')]);
    const neither = await instance.try('administrator', 'grant', '--role', 'auditor');
    expect(neither.code).toBe(2);
  });

  it('tells devices what to do, by name, and asks before what cannot be undone', async () => {
    await instance.run('device', 'set', 'front-desk', '--name', 'Reception', '--tag', 'floor 1');
    expect(await lines('device', 'list', '--tag', 'floor 1')).toMatchObject([{ name: 'Reception' }]);
    expect(await instance.run('device', 'show', 'reception')).toContain('host name     front-desk');
    const [lock] = await lines('device', 'lock', 'Reception');
    expect(lock).toMatchObject({ kind: 'lock', state: 'queued' });
    await instance.run('device', 'cancel-action', 'Reception', String(lock?.['id']));
    await instance.run('device', 'rotate-keys', 'Reception');
    await device.report([]);
    expect(await lines('device', 'actions', 'Reception')).toMatchObject([
      { kind: 'rotate-keys', state: 'delivered' },
      { kind: 'lock', state: 'cancelled' },
    ]);
    const unasked = await instance.try('device', 'wipe', 'Reception');
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    await instance.run('device', 'wipe', 'Reception', '--yes');
    const inUse = await instance.try('device', 'forget', 'Reception', '--yes');
    expect(inUse.code).toBe(5);
    await instance.run('device', 'revoke', 'Reception');
    await instance.run('device', 'forget', 'Reception', '--yes');
    expect((await instance.try('device', 'show', 'Reception')).code).toBe(3);
  });

  it('lets a person enrol a computer, which waits until it is approved', async () => {
    await instance.run('server', 'settings', 'set', 'enrolment.mode', 'token-or-user');
    await instance.run('server', 'settings', 'set', 'enrolment.isApprovalRequired', 'true');
    const trust = ['--ca-fingerprint', instance.authorityFingerprint];
    const enrolment = await lines(
      ...['agent', 'enrol', instance.url, ...trust, '-u', 'ada', '--password-file', passwordFile()],
    );
    expect(enrolment).toMatchObject([{ state: 'pending' }]);
    await using agent = await startProgram('agent', ['run', '--json'], instance.env);
    const refused = await instance.try('agent', 'sync');
    expect(refused.stderr, agent.stderr()).toContain('DEVICE_PENDING');
    expect(await instance.run('agent', 'status')).toContain('DEVICE_PENDING');
    await instance.run('device', 'approve', String(enrolment[0]?.['deviceId']));
    await instance.run('agent', 'sync');
    expect(await lines('agent', 'status')).toMatchObject([{ isOnline: true, contactProblem: null }]);
  });

  it('keeps secrets that nobody reads again', async () => {
    const file = join(instance.folder, 'secret');
    await writeFile(file, 'joins the domain\n', { mode: 0o600 });
    await instance.run('server', 'secret', 'set', 'join-account', '--file', file);
    const listed = await instance.run('server', 'secret', 'list', '--json');
    expect(JSON.parse(listed)).toMatchObject({ name: 'join-account' });
    expect(listed).not.toContain('joins the domain');
    const misnamed = await instance.try('server', 'secret', 'set', 'Join Account', '--file', file);
    expect(misnamed.code).toBe(2);
    await instance.run('server', 'secret', 'remove', 'join-account');
    expect(await lines('server', 'secret', 'list')).toEqual([]);
    expect((await instance.try('server', 'secret', 'remove', 'join-account')).code).toBe(3);
  });

  it('lists, changes and resets settings, and refuses what they do not take', async () => {
    await instance.run('server', 'settings', 'set', 'contact.policySeconds', '300');
    const value = async () =>
      (await lines('server', 'settings', 'list')).find(({ name }) => name === 'contact.policySeconds');
    expect(await value()).toMatchObject({ value: 300 });
    const refused = await instance.try('server', 'settings', 'set', 'contact.policySeconds', 'soon');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('contact.policySeconds')]);
    expect(
      (await instance.try('server', 'settings', 'set', 'contact.policySecond', '1')).code,
    ).toBeGreaterThan(1);
    await instance.run('server', 'settings', 'reset', 'contact.policySeconds');
    expect(await value()).toMatchObject({ value: 900 });
  });

  it('replaces the keys that sign leases and encrypt images', async () => {
    const [before] = await lines('server', 'keys');
    const [leases] = await lines('server', 'rotate-lease-key');
    const [both] = await lines('server', 'rotate-repository-key');
    expect(leases).not.toEqual(before);
    expect(both).not.toEqual(leases);
    expect(await lines('server', 'keys')).toEqual([both]);
  });

  it('lists and revokes enrolment tokens', async () => {
    await instance.run('device', 'token', '--note', 'lost');
    const tokens = await lines('device', 'token', 'list');
    const lost = tokens.find(({ note }) => note === 'lost');
    await instance.run('device', 'token', 'revoke', String(lost?.['id']));
    expect(JSON.stringify(await lines('device', 'token', 'list'))).not.toContain('lost');
  });

  it('shows, exports and verifies the audit log; whoever may not is in it', async () => {
    const adaEnv = { XDG_CONFIG_HOME: join(instance.folder, 'ada-config') };
    const trust = ['--ca-fingerprint', instance.authorityFingerprint];
    await runCarrel(
      ['login', instance.url, '-u', 'ada', '--password-file', passwordFile(), ...trust],
      adaEnv,
    );
    const refused = await runCarrel(['audit', 'list'], adaEnv);
    expect(refused.code).toBe(4);
    expect(await lines('audit', 'list', '--actor', 'ada', '--outcome', 'denied')).toMatchObject([
      { action: 'listAudit' },
    ]);
    const [verified] = await lines('audit', 'verify');
    expect(verified).toMatchObject({ isWhole: true });
    const known = `${String(verified?.['entryCount'])}:${String(verified?.['headHash'])}`;
    expect(await instance.run('audit', 'verify', '--known', known)).toContain('whole');
    const forged = await instance.try('audit', 'verify', '--known', `1:sha256:${'0'.repeat(64)}`);
    expect([forged.code, forged.stderr]).toEqual([7, expect.stringContaining('AUDIT_DAMAGED')]);
    const file = join(instance.folder, 'audit.csv');
    await instance.run('audit', 'export', '--format', 'csv', '-o', file, '--action', 'queueDeviceAction');
    const written = await readFile(file, 'utf8');
    expect(written.split('\r\n').filter((line) => line.includes('queueDeviceAction'))).toHaveLength(3);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const piped = await instance.run('audit', 'export', '--since', '2001-01-01');
    expect(piped.split('\n').length).toBeGreaterThan(10);
  });

  it('makes a plan of what there is, and holds a plan against it', async () => {
    await instance.run(
      'device',
      'set',
      String((await lines('device', 'list'))[0]?.['id']),
      '--tag',
      'Berlin',
    );
    const file = join(instance.folder, 'plan.yaml');
    const [made] = await lines('plan', 'import-instance', file, '--location', 'Berlin');
    expect(made).toMatchObject({ locations: 1 });
    const unknown = await instance.try('plan', 'import-instance', `${file}.2`, '--location', 'Rome');
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('Rome')]);
    const desk = { name: 'desk', sizeGb: 10, dataGb: 4 };
    const plan = {
      name: 'Office',
      locations: [{ name: 'Berlin', users: 1 }],
      images: [desk],
      workspaces: [{ name: 'Desk', image: 'desk', population: [{ location: 'Berlin', users: 1 }] }],
      events: { bytes: 5000 },
    };
    await writeFile(file, `# ours\n${JSON.stringify(plan, null, 2)}\n`);
    const [actual] = await lines('plan', 'actual', file, '-o', `${file}.new`);
    expect(actual).toMatchObject({
      unmeasured: { locations: [], images: ['desk'], workspaces: ['Desk'] },
      changes: expect.arrayContaining([expect.objectContaining({ id: 'database.size' })]) as unknown,
    });
    const again = await readFile(`${file}.new`, 'utf8');
    expect(again).toContain('# ours');
    expect(again).not.toContain('5000');
    expect(await instance.run('plan', 'actual', `${file}.new`)).toContain('0 are not as planned');
  });
});
