import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations, buildConsole, openBrowser, openVisitor, signIn } from './support/console.ts';
import { addPerson, makeWorkspace, publishTiny } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { enrolScriptedDevice, newToken } from './support/scripted-device.ts';

const adaPassword = 'first-program-1843';

/** What is closed at the end, newest first, also when setting up failed half-way. */
const opened = new AsyncDisposableStack();
let instance: Instance;
let browser: Browser;

beforeAll(async () => {
  await buildConsole();
  instance = opened.use(await createInstance());
  browser = opened.adopt(await openBrowser(), (each) => each.close());
  await publishTiny(instance, 1);
  await makeWorkspace(instance, 'Finance');
  await addPerson(instance, { userName: 'ada', password: adaPassword, role: 'read-only' });
  await instance.run('workspace', 'assign', 'Finance', '--user', 'ada');
});

afterAll(() => opened.disposeAsync());

describe('the policy of a workspace', () => {
  test('is edited on several tabs, previewed, saved, compared and restored', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/workspaces');
    await page.getByRole('link', { name: 'Finance' }).click();

    // A list of records, opened at the entry that was added.
    await page.getByRole('tab', { name: 'Applications' }).click();
    for (const name of ['Ledger', 'Payroll']) {
      await page.getByRole('button', { name: 'Add an application' }).click();
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Command line').fill(`C:\\Office\\${name}.exe`);
    }
    // The order is changed by keyboard alone, and the focus goes with the entry.
    await page.getByRole('button', { name: '2. Payroll' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByRole('button', { name: '1. Payroll' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent.startsWith('1.Payroll'));

    // Web rules can be tried before they are saved.
    await page.getByRole('tab', { name: 'Web' }).click();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Rule 1: value').fill('example.com');
    await page
      .getByRole('radiogroup', { name: 'Addresses of the list open' })
      .getByText('In the workspace')
      .click();
    await page.getByLabel('Try an address').fill('https://ledger.example.com/today');
    await page.getByText('opens in the workspace').waitFor();
    await page.getByText('by rule 1').waitFor();

    // A computer name that cannot be is refused, and its tab says so.
    await page.getByRole('tab', { name: 'VM setup' }).click();
    await page.getByLabel('Pattern of the computer name').fill('FIN-%nobody%');
    await page.getByText('This pattern makes no names.').waitFor();
    await page.getByRole('tab', { name: 'Network' }).click();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('tab', { name: 'VM setup has errors' }).waitFor();
    await page.getByLabel('Pattern of the computer name').fill('FIN-%username%[4]-##');
    await page
      .getByRole('status', { name: 'Names it makes' })
      .getByText(/^FIN-ADA/)
      .waitFor();
    expect(await axeViolations(page)).toEqual([]);

    // What would change, for whom, before it is saved.
    await page.getByRole('button', { name: 'Preview' }).click();
    const preview = page.getByRole('dialog', { name: 'What would change' });
    await preview.getByText('Changes something for ada').waitFor();
    const changes = (await preview.getByRole('listitem').allTextContents()).join('\n');
    expect(changes).toContain('Applications: Payroll');
    expect(changes).toContain('Web: Addresses of the list openWhere they were asked for → In the workspace');
    expect(changes).toContain('VM setup: Pattern of the computer nameCARREL-******** → FIN-%username%[4]-##');
    await preview.getByRole('button', { name: 'Save' }).click();
    await page.getByText('version 2').waitFor();

    // The differences of two versions, and the way back.
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByLabel('Choose version 1').check();
    await page.getByLabel('Choose version 2').check();
    await page.getByRole('button', { name: 'Compare' }).click();
    const comparison = page.getByRole('dialog', { name: 'From version 1 to version 2' });
    await comparison.getByText('VM setup: Pattern of the computer name').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    const restore = page.getByRole('dialog', { name: 'Restore version 1' });
    await restore.getByText('Web: Addresses of the list open').waitFor();
    await restore.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('version 3', { exact: true }).waitFor();
    await page.getByText('restored from version 1').waitFor();
    await page.getByRole('tab', { name: 'VM setup' }).click();
    expect(await page.getByLabel('Pattern of the computer name').inputValue()).toBe('CARREL-********');
    expect(visitor.faults).toEqual([]);
  });

  test('is explained for a person, exported, and imported again with its differences shown', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/workspaces');
    await page.getByRole('link', { name: 'Finance' }).click();
    await page.getByRole('tab', { name: 'Who gets what' }).click();
    await page.getByRole('combobox', { name: 'Person' }).fill('ada');
    await page.getByRole('option', { name: 'ada' }).click();
    await page.getByText('may use it').waitFor();
    const offline = page.getByRole('row', { name: 'Use without contact' });
    expect(await offline.textContent()).toContain('up to 7 d');
    expect(await axeViolations(page)).toEqual([]);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: 'Actions' })
        .click()
        .then(() => page.getByRole('menuitem', { name: 'Export' }).click()),
    ]);
    expect(download.suggestedFilename()).toBe('Finance.json');
    const exported = await readFile(await download.path(), 'utf8');
    const changed = exported.replace('"cpus": 1', '"cpus": 4');
    expect(changed).not.toBe(exported);
    await page.goto('/workspaces');
    await page.getByRole('button', { name: 'Files' }).click();
    await page.getByRole('menuitem', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import workspaces' });
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'Finance.json', mimeType: 'application/json', buffer: Buffer.from(changed) });
    await dialog.getByText('Virtual machine: Virtual processors').first().waitFor();
    await dialog.getByText('Changes something for ada').waitFor();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Finance' }).click();
    await page.getByRole('tab', { name: 'Virtual machine' }).click();
    expect(await page.getByLabel('Virtual processors').inputValue()).toBe('4');
    expect(visitor.faults).toEqual([]);
  });
});

describe('the rooms of those who govern', () => {
  test('a role over one workspace lets its holder do there what they may not do elsewhere', async () => {
    await makeWorkspace(instance, 'Sales');
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/administrators?tab=roles');
    await page.getByRole('button', { name: 'New role' }).click();
    const role = page.getByRole('dialog', { name: 'New role' });
    await role.getByLabel('Name').fill('Workspace keeper');
    await role.getByLabel('See workspaces').check();
    await role.getByLabel('Edit workspaces').check();
    await role.getByRole('button', { name: 'Add role' }).click();
    await page.getByRole('cell', { name: 'Workspace keeper', exact: true }).waitFor();
    await page.getByRole('tab', { name: 'People' }).click();
    await page.getByRole('button', { name: 'Give a role' }).click();
    const grant = page.getByRole('dialog', { name: 'Give a role' });
    await grant.getByRole('combobox', { name: 'User or group' }).fill('ada');
    await page.getByRole('option', { name: 'ada' }).click();
    await grant.getByRole('combobox', { name: 'Role', exact: true }).click();
    await page.getByRole('option', { name: 'Workspace keeper' }).click();
    await grant.getByText('Over some workspaces').click();
    await grant.getByRole('combobox', { name: 'Workspaces' }).click();
    await page.getByRole('option', { name: 'Sales' }).click();
    await page.keyboard.press('Escape');
    await grant.getByRole('button', { name: 'Give role' }).click();
    await page.getByRole('row', { name: 'Workspace keeper' }).getByText('Sales').waitFor();

    await using keeper = await openVisitor(browser, instance);
    await signIn(keeper.page, 'ada', adaPassword);
    await keeper.page.goto('/workspaces');
    await keeper.page.getByRole('link', { name: 'Finance' }).click();
    await keeper.page.getByLabel('Description').waitFor();
    expect(await keeper.page.getByLabel('Description').isEditable()).toBe(false);
    await keeper.page.goto('/workspaces');
    await keeper.page.getByRole('link', { name: 'Sales' }).click();
    await keeper.page.getByLabel('Description').fill('Kept by ada');
    await keeper.page.getByRole('button', { name: 'Save' }).click();
    await keeper.page.getByText('version 2').waitFor();
    expect([...visitor.faults, ...keeper.faults]).toEqual([]);
  });

  test('an account changes its password and makes a token that works once and for what it may do', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'ada', adaPassword);
    await page.getByRole('button', { name: 'account of ada' }).click();
    await page.getByRole('menuitem', { name: 'Your account' }).click();
    await page.getByLabel('Present password').fill(adaPassword);
    await page.getByLabel('New password', { exact: true }).fill('notes-upon-the-memoir');
    await page.getByLabel('New password once more').fill('notes-upon-the-memoir');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The password was changed.').waitFor();
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog', { name: 'New API token' });
    await dialog.getByLabel('Name').fill('nightly');
    await dialog.getByLabel('See images').check();
    expect(await dialog.getByLabel('Manage users and groups').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Make token' }).click();
    const token = (await page.getByRole('region', { name: 'API token' }).textContent()) ?? '';
    const ask = (path: string) =>
      page.request.get(path, { headers: { authorization: `Bearer ${token.trim()}`, cookie: '' } });
    expect((await ask('/api/v1/images')).status()).toBe(200);
    expect((await ask('/api/v1/workspaces')).status()).toBe(403);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Revoke nightly' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('row', { name: 'nightly' }).getByText('revoked').waitFor();
    expect((await ask('/api/v1/images')).status()).toBe(401);
    expect(visitor.faults).toEqual([]);
  });

  test('a device is told to lock, which waits for it and can be taken back; a wipe asks for the name', async () => {
    await using device = await enrolScriptedDevice(instance.url, await newToken(instance), 'pc-ledger-02');
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto(`/devices/${device.deviceId}`);
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Lock all workspaces' }).click();
    const row = page.getByRole('row', { name: 'Lock' });
    await row.getByText('waits for contact').waitFor();
    await row.getByRole('button', { name: 'Take back: Lock' }).click();
    await row.getByText('taken back').waitFor();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Wipe' }).click();
    const wipe = page.getByRole('dialog', { name: 'Wipe pc-ledger-02' });
    expect(await wipe.getByRole('button', { name: 'Wipe computer' }).isDisabled()).toBe(true);
    await wipe.getByLabel('Type pc-ledger-02 to confirm').fill('pc-ledger-02');
    expect(await axeViolations(page)).toEqual([]);
    await wipe.getByRole('button', { name: 'Wipe computer' }).click();
    await page.getByRole('row', { name: 'Wipe' }).getByText('waits for contact').waitFor();
    await device.report([]);
    await page.getByRole('row', { name: 'Wipe' }).getByText('under way').waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test('a setting, a secret and the audit log: changed, kept, found again', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/instance');
    await page.getByLabel('Stays locked for').fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Use the default of Stays locked for' }).click();
    await page
      .getByRole('button', { name: 'Use the default of Stays locked for' })
      .waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'Secrets' }).click();
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog', { name: 'New secret' });
    await dialog.getByLabel('Name').fill('join-account');
    await dialog.getByLabel('Value', { exact: true }).fill('only-the-server-knows');
    await dialog.getByRole('button', { name: 'Keep secret' }).click();
    await page.getByRole('cell', { name: 'join-account', exact: true }).waitFor();
    await page.goto('/audit?action=putSecret');
    await page.getByRole('row', { name: 'join-account' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    expect(await page.content()).not.toContain('only-the-server-knows');
    await page.getByRole('button', { name: 'Check the log' }).click();
    await page.getByText('The log is whole').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: 'Export' })
        .click()
        .then(() => page.getByRole('menuitem', { name: 'As a table (CSV)' }).click()),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toContain('putSecret');
    expect(visitor.faults).toEqual([]);
  });
});
