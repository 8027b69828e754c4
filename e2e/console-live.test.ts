import { randomBytes } from 'node:crypto';
import type { WorkspaceStatus } from '@carrel/contract';
import { createId } from '@carrel/kit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildConsole, openBrowser, openVisitor, signIn } from './support/console.ts';
import { addPerson } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { enrolScriptedDevice, newToken, type ScriptedDevice } from './support/scripted-device.ts';

const mebibyte = 1024 ** 2;

/** What is closed at the end, newest first, also when setting up failed half-way. */
const opened = new AsyncDisposableStack();
let instance: Instance;
let browser: Browser;
let device: ScriptedDevice;

beforeAll(async () => {
  await buildConsole();
  instance = opened.use(await createInstance());
  browser = opened.adopt(await openBrowser(), (each) => each.close());
  device = opened.use(await enrolScriptedDevice(instance.url, await newToken(instance), 'pc-accounting-01'));
});

afterAll(() => opened.disposeAsync());

/** What a device says of the workspace while it fetches, and once it runs. */
function statusOf(changes: Partial<WorkspaceStatus>): WorkspaceStatus {
  return {
    workspaceId: createId(1, randomBytes(10)),
    workspaceName: 'Finance',
    userId: createId(1, randomBytes(10)),
    userName: 'grace',
    state: 'fetching',
    imageVersion: 1,
    isReadyOffline: false,
    fetch: null,
    runningSince: null,
    guestBootSeconds: null,
    failure: null,
    ...changes,
  };
}

describe('devices', () => {
  test('shows fetching and running as the device reports it', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.getByRole('link', { name: 'Devices' }).click();
    const row = page.getByRole('row', { name: 'pc-accounting-01' });
    await row.waitFor();
    const fetch = { doneBytes: 60 * mebibyte, totalBytes: 100 * mebibyte };
    const status = statusOf({
      fetch: { ...fetch, downloadedBytes: 20 * mebibyte, fromSeedsBytes: 40 * mebibyte },
    });
    await device.report([status]);
    await row.getByText('fetching 60 %').waitFor();
    await page.getByRole('link', { name: 'pc-accounting-01' }).click();
    await page.getByText('60.0 MiB of 100.0 MiB · 20.0 MiB downloaded, 40.0 MiB found').waitFor();
    await device.report([
      { ...status, state: 'running', fetch: null, isReadyOffline: true, guestBootSeconds: 11.42 },
    ]);
    await page.getByText('booted in 11.4 s').waitFor();
    await page.getByText('ready for offline use').waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test('the command of the enrolment dialog enrols a computer, which appears by itself and can be revoked', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('button', { name: 'Enrol computers' }).click();
    await page.getByLabel('Note', { exact: true }).fill('e2e');
    await page.getByRole('button', { name: 'Make token' }).click();
    const command = (await page.getByRole('region', { name: 'Enrol this computer' }).textContent()) ?? '';
    const words = command.replaceAll('\\\n', ' ').split(/\s+/);
    expect(words).toContain(instance.authorityFingerprint);
    expect(words.slice(2, 7)).toEqual(['|', 'sudo', 'carrel', 'agent', 'enrol']);
    const token = words[1] ?? '';
    await using enrolled = await enrolScriptedDevice(instance.url, token, 'laptop-of-grace');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'laptop-of-grace' }).click();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByLabel('Type laptop-of-grace to confirm').fill('laptop-of-grace');
    await page.getByRole('button', { name: 'Revoke device' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    await expect(enrolled.report([])).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    expect(visitor.faults).toEqual([]);
  });
});

describe('events', () => {
  test('appear as they happen, are narrowed by filters, and the stream comes back after an outage', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    const feed = page.getByRole('feed', { name: 'Events' });
    await device.send({ code: 'AGENT-001', fields: { server: instance.url } });
    await feed.getByText(`The agent was enrolled with ${instance.url}.`).waitFor();
    await page.getByRole('combobox', { name: 'Severity' }).click();
    await page.getByRole('option', { name: 'Warning' }).click();
    await page.getByRole('heading', { name: 'No event matches' }).waitFor();
    await device.send({ code: 'AGENT-003', fields: {} });
    await device.send({ code: 'LEASE-003', fields: { workspace: 'Finance', remainingSeconds: 600 } });
    await feed.getByText('The permission for Finance ends in 10 min.').waitFor();
    expect(await feed.getByRole('article').count()).toBe(1);

    await instance.server().end('SIGTERM');
    await page.getByRole('status').getByText('Reconnecting', { exact: true }).waitFor();
    await instance.startServer();
    await device.send({ code: 'LEASE-005', fields: { workspace: 'Finance' } });
    await device.send({
      code: 'AGENT-004',
      fields: { code: 'SERVER_UNREACHABLE', message: 'it does not answer' },
    });
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await feed.getByText('Contact with the server was lost: it does not answer').waitFor();
    expect(await feed.getByRole('article').count()).toBe(2);
    await feed.getByRole('button', { name: 'Contact with the server was lost' }).click();
    await page.getByRole('dialog', { name: 'AGENT-004' }).getByText('SERVER_UNREACHABLE').waitFor();
    expect(visitor.faults).toEqual([]);
  });

  test('thousands of them are scrolled without being in the document all at once', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'admin', instance.adminPassword);
    for (let number = 0; number < 450; number += 1) {
      await device.send({ code: 'AGENT-005', fields: { outageSeconds: number } });
    }
    await page.goto('/events?code=AGENT-005');
    const feed = page.getByRole('feed', { name: 'Events' });
    await feed.getByText('is back after 7 min 29 s.').waitFor();
    expect(await feed.getByRole('article').count()).toBeLessThan(60);
    const oldest = feed.getByText('is back after 0 s.');
    await feed.focus();
    for (let tries = 0; tries < 20 && !(await oldest.isVisible()); tries += 1) {
      await page.keyboard.press('End');
      await page.waitForTimeout(300);
    }
    await oldest.waitFor();
    // What arrives while older ones are read waits for the reader.
    await device.send({ code: 'AGENT-005', fields: { outageSeconds: 12_345 } });
    await page.getByRole('button', { name: '1 new' }).click();
    await feed.getByText('is back after 3 h 25 min.').waitFor();
  });
});

describe('permissions', () => {
  test('rooms and buttons are only there for those who may use them', async () => {
    await addPerson(instance, { userName: 'linus', password: 'just-for-fun-1991', role: 'read-only' });
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await signIn(page, 'linus', 'just-for-fun-1991');
    await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
    expect(await page.getByRole('button', { name: 'Add an image' }).count()).toBe(0);
    const rooms = await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link').allTextContents();
    const expected = ['Images', 'Workspaces', 'Users and groups', 'Planner', 'Devices', 'Events', 'Tasks'];
    expect(rooms).toEqual(expected);
    await page.goto('/audit');
    await page.getByRole('alert').getByText('This needs the permission audit.view.').waitFor();
  });
});
