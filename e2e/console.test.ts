import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations, buildConsole, openBrowser, openVisitor, signIn } from './support/console.ts';
import { publishTiny } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { enrolScriptedDevice, newToken } from './support/scripted-device.ts';

const gracePassword = 'a-compiler-for-all';

/** What is closed at the end, newest first, also when setting up failed half-way. */
const opened = new AsyncDisposableStack();
let instance: Instance;
let browser: Browser;

beforeAll(async () => {
  await buildConsole();
  instance = opened.use(await createInstance());
  browser = opened.adopt(await openBrowser(), (each) => each.close());
  opened.use(await enrolScriptedDevice(instance.url, await newToken(instance), 'pc-accounting-01'));
});

afterAll(() => opened.disposeAsync());

describe('the door', () => {
  test('signs in by keyboard alone, and goes on to the address that was asked for', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await page.goto('/devices');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await page.keyboard.type(instance.adminPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/devices');
    expect(visitor.faults).toEqual([]);
  });

  test('says that the password is wrong, keeps the name, and lets the right one in', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('textbox', { name: 'User name' }).fill('admin');
    await page.getByLabel('Password', { exact: true }).fill('not-the-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('The user name or the password is wrong.').waitFor();
    expect(await alert.textContent()).toContain('the account is locked for a while');
    expect(await page.getByRole('textbox', { name: 'User name' }).inputValue()).toBe('admin');
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    await page.keyboard.type(instance.adminPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
  });

  test('is shown over the page when the session ends, and what was typed is still there', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page, context } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/people?tab=groups');
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByLabel('Name').fill('Typed before the session ended');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Add group' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session ended' });
    await dialog.getByLabel('Password', { exact: true }).fill(instance.adminPassword);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Add group' }).click();
    await page.getByRole('cell', { name: 'Typed before the session ended', exact: true }).waitFor();
  });
});

describe('images', () => {
  test('with none, shows the very commands that make and publish the first one', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.getByRole('heading', { name: 'No images yet' }).waitFor();
    const commands = await page.locator('pre').allTextContents();
    expect(commands).toContain('carrel image build recipes/tiny.yaml -o tiny.raw');
    expect(commands).toContain(`carrel image pack tiny.raw --to ${instance.url}/tiny:1`);
    expect(commands).toContain(`carrel image publish ${instance.url}/tiny:1 --as tiny`);
    expect(visitor.faults).toEqual([]);
  });

  test('a published image appears by itself; channels are promoted and rolled back; a version is retired', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.getByRole('heading', { name: 'No images yet' }).waitFor();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await publishTiny(instance, 1);
    await page.getByRole('link', { name: 'tiny' }).click();
    await page.getByRole('cell', { name: 'v1 production' }).waitFor();
    await publishTiny(instance, 2, '--no-channel');
    await page.getByRole('button', { name: 'Actions for version 2' }).click();
    await page.getByRole('menuitem', { name: 'Promote production to v2' }).click();
    await page.getByRole('button', { name: 'Promote to v2' }).click();
    await page.getByRole('cell', { name: 'v2 production' }).waitFor();
    await page.getByRole('button', { name: 'Move channel production' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move production' });
    await dialog.getByRole('combobox', { name: 'Version' }).click();
    await page.getByRole('option', { name: 'v1 · build 1' }).click();
    await dialog.getByRole('button', { name: 'Roll back to v1' }).click();
    await page.getByRole('cell', { name: 'v1 production' }).waitFor();
    await page.getByRole('button', { name: 'Actions for version 2' }).click();
    await page.getByRole('menuitem', { name: 'Retire' }).click();
    const retire = page.getByRole('dialog', { name: 'Retire version 2' });
    await retire.getByLabel('Type v2 to confirm').fill('v1');
    expect(await retire.getByRole('button', { name: 'Retire version' }).isDisabled()).toBe(true);
    await retire.getByLabel('Type v2 to confirm').fill('v2');
    await retire.getByRole('button', { name: 'Retire version' }).click();
    await page.getByRole('row', { name: 'v2' }).getByText('retired').waitFor();
    expect(visitor.faults).toEqual([]);
  });
});

describe('users and groups', () => {
  test('a user and a group are made, the user joins, and refusals say what to correct', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.getByRole('link', { name: 'Users and groups' }).click();
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    await dialog.getByLabel('User name').fill('grace');
    await dialog.getByLabel('Display name').fill('Grace Hopper');
    await dialog.getByLabel('Password', { exact: true }).fill('short');
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await dialog.getByText('Enter at least 10 characters.').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(gracePassword);
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await page.getByRole('cell', { name: 'Grace Hopper' }).waitFor();
    await page.getByRole('tab', { name: 'Groups' }).click();
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByLabel('Name').fill('Accounting');
    await page.getByRole('button', { name: 'Add group' }).click();
    await page.getByRole('button', { name: 'Members of Accounting' }).click();
    const members = page.getByRole('dialog', { name: 'Members of Accounting' });
    await members.getByRole('combobox', { name: 'Users' }).fill('grace');
    await page.getByRole('option', { name: 'Grace Hopper (grace)' }).click();
    await members.getByRole('button', { name: 'Save' }).click();
    await members.waitFor({ state: 'hidden' });
    const row = page.getByRole('row', { name: 'Accounting' });
    await row.getByRole('cell', { name: '1', exact: true }).waitFor();
    expect(visitor.faults).toEqual([]);
  });
});

describe('workspaces', () => {
  test('one is made, judged by the contract’s own schema, and assigned', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/workspaces/new');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByText('Fill this in.').first().waitFor();
    await page.getByLabel('Name').fill('Finance');
    await page.getByRole('combobox', { name: 'Image' }).click();
    await page.getByRole('option', { name: 'tiny' }).click();
    await page.getByRole('tab', { name: 'Virtual machine' }).click();
    await page.getByLabel('Virtual processors').fill('99');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByText('Enter 64 or less.').waitFor();
    await page.getByLabel('Virtual processors').fill('2');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByRole('heading', { level: 1, name: 'Finance' }).waitFor();
    await page.getByRole('button', { name: 'Assign' }).click();
    const dialog = page.getByRole('dialog', { name: 'Assign to a user or group' });
    await dialog.getByRole('combobox', { name: 'User or group' }).fill('account');
    await page.getByRole('option', { name: 'Accounting' }).click();
    await dialog.getByLabel('Last day of use').fill('2031-03-31');
    await dialog.getByRole('combobox', { name: 'Use without contact' }).click();
    await page.getByRole('option', { name: 'For some hours' }).click();
    await dialog.getByLabel('Hours').fill('48');
    await dialog.getByLabel('Files out to the computer').check();
    await dialog.getByLabel('Only files ending in').fill('docx');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'What would this change?' }).click();
    await dialog.getByText('1 gains it: grace').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Assign' }).click();
    const row = page.getByRole('row', { name: 'Accounting' });
    await row.getByText('allowed').waitFor();
    expect(await row.textContent()).toContain('31 Mar 2031');
    expect(await row.textContent()).toContain('up to 2 d');
    await page.getByRole('button', { name: 'Change the assignment of Accounting' }).click();
    await page.getByText('Deny', { exact: true }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText('denied').waitFor();
    await page.getByRole('button', { name: 'Remove the assignment of Accounting' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'Nobody has this workspace yet' }).waitFor();
    expect(visitor.faults).toEqual([]);
  });
});

describe('everybody can use it', () => {
  const looks = [
    { width: 1280, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const;

  test.each(looks)('axe finds nothing, and nothing overflows: $width px, $colorScheme', async (look) => {
    await using visitor = await openVisitor(browser, instance, look);
    const { page } = visitor;
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const found: Record<string, unknown> = { '/sign-in': await axeViolations(page) };
    await signIn(page, 'admin', instance.adminPassword);
    const details = await Promise.all(
      [
        ['/images', 'tiny'],
        ['/workspaces', 'Finance'],
        ['/devices', 'pc-accounting-01'],
      ].map(async ([list = '', name = '']) => {
        const other = await visitor.context.newPage();
        await other.goto(list);
        const address = await other.getByRole('link', { name }).getAttribute('href');
        await other.close();
        return address ?? '';
      }),
    );
    // A page behind another one draws no frames, and what waits for one would wait for ever.
    await page.bringToFront();
    const lists = ['/images', '/workspaces', '/workspaces/new', '/people', '/people?tab=groups', '/devices'];
    const tabNames = ['virtualMachine', 'vmSetup', 'delivery', 'assignments', 'history'];
    const tabs = tabNames.map((tab) => `${details[1] ?? ''}?tab=${tab}`);
    const govern = ['/administrators', '/administrators?tab=roles', '/sign-on', '/instance', '/account'];
    for (const address of [...lists, '/events', '/tasks', '/audit', ...govern, ...details, ...tabs]) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      // What lies behind a tab that is not open loads when it is opened.
      const isLoaded = (): boolean =>
        ![...document.querySelectorAll('[aria-label^="Loading"]')].some((element) =>
          element.checkVisibility(),
        );
      await page.waitForFunction(isLoaded, undefined, { polling: 100 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      found[address] = [
        ...(await axeViolations(page)),
        ...(overflow > 0 ? [`overflows by ${overflow} px`] : []),
      ];
    }
    const faulty = Object.entries(found).filter(([, faults]) => Array.isArray(faults) && faults.length > 0);
    expect(faulty).toEqual([]);
    expect(visitor.faults).toEqual([]);
  });
});
