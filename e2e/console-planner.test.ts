import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations, buildConsole, openBrowser, openVisitor, signIn } from './support/console.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { enrolScriptedDevice, newToken } from './support/scripted-device.ts';

const consolidation = join(import.meta.dirname, '../examples/consolidation');

/** What is closed at the end, newest first, also when setting up failed half-way. */
const opened = new AsyncDisposableStack();
let instance: Instance;
let browser: Browser;

beforeAll(async () => {
  await buildConsole();
  instance = opened.use(await createInstance());
  browser = opened.adopt(await openBrowser(), (each) => each.close());
});

afterAll(() => opened.disposeAsync());

const next = (page: Page) => page.getByRole('button', { name: 'Next' }).click();

test('somebody who has never planned makes a plan from nothing, understands it, breaks it and takes it away', async () => {
  await using visitor = await openVisitor(browser, instance);
  const { page } = visitor;
  await signIn(page, 'admin', instance.adminPassword);
  await page.getByRole('link', { name: 'Planner' }).click();
  await page.getByRole('heading', { name: 'No plans yet' }).waitFor();
  await page.getByRole('link', { name: 'New plan' }).click();

  // What is missing is said beside its field, once one wants to go on.
  await page.getByRole('heading', { name: 'What is it for?' }).waitFor();
  await next(page);
  await page.getByText('Fill this in.').waitFor();
  await page.getByLabel('Name').fill('First plan');
  await next(page);

  // A table is filled by keyboard; a column of a spreadsheet is pasted.
  await page.getByLabel('Location 1').fill('Headquarters');
  await page.getByLabel('Users: Headquarters').fill('1,200');
  await page.keyboard.press('Enter');
  await page.getByLabel('Location 2').focus();
  await paste(page, 'Oslo\t350\tHeadquarters\t20\r\nRome\t80\tHeadquarters\t10\r\n');
  expect(await page.getByLabel('Link, Mbit/s: Rome').inputValue()).toBe('10');

  // A file of a spreadsheet brings the rest, whatever its columns are called.
  const offices = '\uFEFFSite;Headcount;Uplink;Bandwidth (Mbit/s);Comment\r\nVigo;1.150;rome;10;by ferry\r\n';
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'offices.csv', mimeType: 'text/csv', buffer: Buffer.from(offices) });
  await page.getByRole('table', { name: 'Columns of the file' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Take the locations' }).click();
  expect(await page.getByLabel('Users: Vigo').inputValue()).toBe('1150');
  expect(await page.getByLabel('Linked to: Vigo').inputValue()).toBe('Rome');

  // A name that is not there is found in its own step, and what is written outlives the page.
  await page.getByLabel('Linked to: Oslo').fill('Headquarter');
  await next(page);
  await page.getByText('There is no location Headquarter.').waitFor();
  await page.getByLabel('Linked to: Oslo').fill('Headquarters');
  const isKept = () =>
    page.evaluate(() => {
      const kept = Object.values(sessionStorage).join();
      return kept.includes('Vigo') && !kept.includes('"Headquarter"');
    });
  await expect.poll(isKept, { timeout: 20_000 }).toBe(true);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText('This plan is not saved yet').waitFor();
  await next(page);
  await page.getByLabel('Image 1').fill('Office');
  await next(page);
  expect(await page.getByLabel('Office at Oslo').inputValue()).toBe('350');
  await next(page);
  await page.getByRole('heading', { name: 'Is anybody set apart?' }).waitFor();
  await next(page);
  await page.getByText('2,780', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Save the plan' }).click();

  // Every decision says what it rests on.
  await page.getByRole('heading', { level: 1, name: 'First plan' }).waitFor();
  await page.getByRole('button', { name: /How many instances/u }).click();
  const reasons = page.getByRole('region', { name: /How many instances/u });
  await reasons.getByText('Numbers', { exact: true }).waitFor();
  await reasons.getByText('What would change it').waitFor();
  expect(await axeViolations(page)).toEqual([]);

  // An input that cannot be is found while one types, and a good one makes a design again.
  await page.getByRole('tab', { name: 'Inputs' }).click();
  await page.getByLabel('Linked to: Oslo').fill('Nowhere');
  const row = page.getByRole('table', { name: 'Locations' });
  await row.getByText(/Nowhere/u).waitFor();
  await page.getByText('1 error to correct').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Linked to: Oslo').fill('Headquarters');
  await page.getByLabel('Users: Oslo').fill('400');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('version 2').waitFor();

  await page.getByRole('tab', { name: 'Design' }).click();
  await page.getByRole('table', { name: 'Repositories' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);

  await page.getByRole('tab', { name: 'Simulation' }).click();
  await page.getByRole('button', { name: 'Simulate' }).click();
  await page.getByText(/half are ready after/u).waitFor();
  await page.getByRole('img', { name: /^Half are ready after/u }).waitFor();
  expect(await axeViolations(page)).toEqual([]);

  await page.getByRole('tab', { name: 'What if' }).click();
  await page.getByRole('combobox', { name: 'Of' }).click();
  await page.getByRole('option', { name: 'Oslo' }).click();
  await page.getByLabel('Link, Mbit/s').fill('2000');
  await page.getByRole('table', { name: 'Figures' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);

  await page.getByRole('tab', { name: 'Outputs' }).click();
  const clientData = await downloaded(page, 'Download job aid A-1 as CSV');
  expect(clientData).toMatch(/^.?"?Location name/u);
  expect(clientData).toContain('Oslo');
  expect(await axeViolations(page)).toEqual([]);
  expect(visitor.faults).toEqual([]);
});

test('two people change one plan: nothing is lost, and a narrow dark screen is enough', async () => {
  await using visitor = await openVisitor(browser, instance, { width: 390, colorScheme: 'dark' });
  const { page } = visitor;
  await signIn(page, 'admin', instance.adminPassword);
  await page.goto('/planner');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await page.getByRole('tab', { name: 'Inputs' }).click();
  await page.getByLabel('Users: Porto').fill('90');
  await using other = await openVisitor(browser, instance);
  await signIn(other.page, 'admin', instance.adminPassword);
  await other.page.goto(page.url());
  await other.page.getByLabel('Users: Berlin').fill('1300');
  await other.page.getByRole('button', { name: 'Save' }).click();
  await other.page.getByText('version 2').waitFor();
  await page.getByText('Berlin, Users').waitFor();
  await page.getByText(/somebody else has changed the plan/u).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save my changes on top' }).click();
  await page.getByText('version 3').waitFor();
  expect(await page.getByLabel('Users: Berlin').inputValue()).toBe('1300');
  expect(await page.getByLabel('Users: Porto').inputValue()).toBe('90');
  for (const tab of [
    'Inputs',
    'Decisions',
    'Design',
    'Simulation',
    'What if',
    'Plan and reality',
    'Outputs',
  ]) {
    await page.getByRole('tab', { name: tab }).click();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect({ tab, overflow, axe: await axeViolations(page) }).toEqual({ tab, overflow: 0, axe: [] });
  }
  expect([...visitor.faults, ...other.faults]).toEqual([]);
});

test('servers are assessed from their tables, in the browser alone', async () => {
  await using visitor = await openVisitor(browser, instance);
  const { page } = visitor;
  await signIn(page, 'admin', instance.adminPassword);
  await page.goto('/planner/consolidation');
  const [tables, logs] = [page.locator('input[type=file]').first(), page.locator('input[type=file]').nth(1)];
  await tables.setInputFiles(['servers.csv', 'applications.csv'].map((name) => join(consolidation, name)));
  await logs.setInputFiles(join(consolidation, 'samples.csv'));
  await page.getByRole('button', { name: 'Assess' }).click();
  await page.getByRole('tab', { name: 'Candidates' }).click();
  await page.getByRole('table', { name: 'Candidates' }).getByText('BER-CRUNCH1').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  expect(visitor.faults).toEqual([]);
});

describe('what the command line answers, the console answers too', () => {
  test('a plan begins with what the instance has', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await using device = await enrolScriptedDevice(instance.url, await newToken(instance), 'desk-1');
    await device.report([]);
    await instance.run('device', 'set', 'desk-1', '--tag', 'Lisbon');
    await signIn(page, 'admin', instance.adminPassword);
    await page.goto('/planner');
    await page.getByRole('button', { name: 'From this instance' }).click();
    const dialog = page.getByRole('dialog', { name: 'A plan of this instance' });
    await dialog.getByText('1 computer, 1 location').waitFor();
    await dialog.getByRole('combobox', { name: 'Locations' }).click();
    await page.getByRole('option', { name: 'Lisbon (1)' }).click();
    await page.keyboard.press('Tab');
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Make the plan' }).click();
    await page.getByRole('heading', { level: 1, name: 'As it is' }).waitFor();
    expect(await page.getByLabel('Users: Lisbon').inputValue()).toBe('1');

    // Without a directory it says where to connect one.
    await page.getByRole('button', { name: 'From a directory' }).click();
    await page.getByText(/No directory is connected/u).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(visitor.faults).toEqual([]);
  });

  test('an outage, a year of events, another plan beside it, and the document as PDF', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await importPlan(page, 'Wide', 1000);
    await importPlan(page, 'Narrow', 100);
    await page.getByRole('tab', { name: 'Simulation' }).click();
    await page.getByRole('tab', { name: 'An outage' }).click();
    await page.getByLabel('For hours').fill('6');
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByText('350 of 350 people without contact stop working').waitFor();
    const stops = page.getByRole('table', { name: 'Who stops, by location and workspace' });
    await stops.getByText('Branch').waitFor();
    await page.getByRole('img', { name: /people at once cannot work/u }).waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('tab', { name: 'A year of events' }).click();
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByRole('table', { name: 'Databases in the year' }).waitFor();
    await page.getByRole('img', { name: /^The events of/u }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    // What was asked before is still there.
    await page.getByRole('tab', { name: 'An outage' }).click();
    await stops.waitFor();

    await page.getByRole('tab', { name: 'What if' }).click();
    await page.getByRole('combobox', { name: 'Plans' }).click();
    await page.getByRole('option', { name: 'Wide' }).click();
    await page.keyboard.press('Tab');
    const differing = page.getByRole('table', { name: 'Inputs that differ' });
    await differing.getByText('1,000', { exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Outputs' }).click();
    const file = await downloaded(page, 'Download the document as PDF');
    expect(file.startsWith('%PDF-')).toBe(true);
    expect(file.trimEnd().endsWith('%%EOF')).toBe(true);
    expect(visitor.faults).toEqual([]);
  });
});

/** Keeps a plan of 350 people who may not work offline, on a link to a branch. */
async function importPlan(page: Page, name: string, bandwidthMbitPerSecond: number): Promise<void> {
  const uplink = { to: 'Centre', bandwidthMbitPerSecond };
  const plan = {
    name,
    locations: [
      { name: 'Centre', users: 0 },
      { name: 'Branch', users: 350, uplink },
    ],
    images: [{ name: 'Windows', sizeGb: 40, dataGb: 12 }],
    workspaces: [
      {
        name: 'Desk',
        image: 'Windows',
        offlineLimitHours: 0,
        population: [{ location: 'Branch', users: 350 }],
      },
    ],
    placement: { server: 'Centre' },
  };
  await page.goto('/planner');
  await page.getByRole('button', { name: 'Import a file' }).click();
  const file = {
    name: `${name}.json`,
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(plan)),
  };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Pastes a text where the cursor stands, as from a spreadsheet. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', content);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  }, text);
}

async function downloaded(page: Page, action: string): Promise<string> {
  const waiting: Promise<Download> = page.waitForEvent('download');
  await page.getByRole('button', { name: action }).click();
  return readFile(await (await waiting).path(), 'utf8');
}
