import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations, buildConsole, openBrowser, openVisitor, signIn } from './support/console.ts';
import { addPerson, makeWorkspace, publishTiny } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';

const gracePassword = 'a-compiler-for-all';

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
  await addPerson(instance, { userName: 'grace', password: gracePassword, role: 'administrator' });
});

afterAll(() => opened.disposeAsync());

describe('a workspace edited by two', () => {
  test('two people edit at once: the second sees what the first changed and saves on top of it', async () => {
    await using first = await openVisitor(browser, instance);
    await using second = await openVisitor(browser, instance);
    await signIn(first.page, 'admin', instance.adminPassword);
    await signIn(second.page, 'grace', gracePassword);
    for (const { page } of [first, second]) {
      await page.goto('/workspaces');
      await page.getByRole('link', { name: 'Finance' }).click();
      await page.getByRole('tab', { name: 'General' }).click();
      await page.getByLabel('Description').waitFor();
    }
    await second.page.getByLabel('Description').fill('Ledger, payroll and the year’s end');
    await second.page.getByRole('tab', { name: 'Virtual machine' }).click();
    await second.page.getByLabel('Virtual processors').fill('4');
    await first.page.getByLabel('Support contact').fill('Extension 4711');
    await first.page.getByRole('tab', { name: 'Virtual machine' }).click();
    await first.page.getByLabel('Virtual processors').fill('8');
    await first.page.getByRole('button', { name: 'Save' }).click();
    await first.page.getByText('version 2').waitFor();

    const conflict = second.page.getByRole('alert', {
      name: 'admin changed this workspace while you were editing',
    });
    await conflict.waitFor();
    const changes = await conflict.getByRole('listitem').allTextContents();
    expect(changes).toHaveLength(2);
    expect(changes.join()).toContain('Virtual machine: Virtual processors1 → 8 · yours: 4');
    expect(changes.join()).toContain('General: Support contact(empty) → Extension 4711');
    expect(await axeViolations(second.page)).toEqual([]);
    await conflict.getByRole('button', { name: 'Save my changes on top' }).click();
    await second.page.getByText('version 3').waitFor();
    await conflict.waitFor({ state: 'hidden' });

    // The first one sees the result without doing anything.
    await first.page.getByText('version 3').waitFor();
    expect(await first.page.getByLabel('Virtual processors').inputValue()).toBe('4');
    await first.page.getByRole('tab', { name: 'General' }).click();
    expect(await first.page.getByLabel('Support contact').inputValue()).toBe('Extension 4711');
    expect(await first.page.getByLabel('Description').inputValue()).toContain('payroll');
    expect([...first.faults, ...second.faults]).toEqual([]);
  });

  test('a save that arrives too late is refused by the server, and the change can be given up', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'grace', gracePassword);
    // Without the stream of changes, only the refusal tells.
    await page.route('**/api/v1/live', (route) => route.abort());
    await page.goto('/workspaces');
    await page.getByRole('link', { name: 'Finance' }).click();
    await page.getByLabel('Description').fill('Too late');
    await using other = await openVisitor(browser, instance);
    await signIn(other.page, 'admin', instance.adminPassword);
    await other.page.goto('/workspaces');
    await other.page.getByRole('link', { name: 'Finance' }).click();
    await other.page.getByLabel('Description').fill('In time');
    await other.page.getByRole('button', { name: 'Save' }).click();
    await other.page.getByText('version 4').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Discard mine, show theirs' }).click();
    expect(await page.getByLabel('Description').inputValue()).toBe('In time');
  });
});
