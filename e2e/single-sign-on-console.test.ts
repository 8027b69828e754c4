import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signInPaths } from '@carrel/contract';
import { startTestProvider, type TestProvider } from '@carrel/directory/testing/oidc';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildConsole, openBrowser, openVisitor } from './support/console.ts';
import { createInstance, type Instance } from './support/instance.ts';

// A person signs in at the console through a provider, in a real browser with its real rules for cookies.

const opened = new AsyncDisposableStack();
let instance: Instance;
let provider: TestProvider;
let browser: Browser;

beforeAll(async () => {
  await buildConsole();
  instance = opened.use(await createInstance());
  provider = opened.use(
    await startTestProvider({
      // Another site than the console's, as providers are: cookies that are Strict stay at home.
      hostName: 'localhost',
      redirectUris: [instance.url + signInPaths.callback],
      postSignOutRedirectUris: [`${instance.url}/`],
      people: { 'u-ada': { name: 'Ada Lovelace', preferred_username: 'ada', groups: ['staff'] } },
    }),
  );
  browser = opened.adopt(await openBrowser(), (each) => each.close());
  const settings = join(instance.folder, 'company.json');
  const secret = join(instance.folder, 'company.secret');
  await writeFile(secret, provider.clientSecret, { mode: 0o600 });
  const { issuer, clientId, authorityPem } = provider;
  const content = { displayName: 'Company', issuer, clientId, authorityPem, consoleOrigin: instance.url };
  await writeFile(settings, JSON.stringify(content));
  await instance.run('sso', 'apply', '-f', settings, '--client-secret-file', secret);
});
afterAll(() => opened.disposeAsync());

/** From the sign-in page to the first page of the provider. */
async function goToProvider(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign in with Company' }).click();
  await page.getByPlaceholder('Enter any login').waitFor();
}

describe('the sign-in page', () => {
  test('leads to the provider and back, signed in, and out of both again', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page, context } = visitor;
    page.setDefaultTimeout(20_000);
    await goToProvider(page);
    expect(new URL(page.url()).origin).toBe(provider.issuer);
    await page.getByPlaceholder('Enter any login').fill('u-ada');
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /Ada Lovelace/ }).waitFor();
    expect(new URL(page.url()).origin).toBe(instance.url);

    const cookies = await context.cookies(instance.url);
    expect(cookies.map(({ name }) => name)).toEqual(['__Host-carrel']);
    expect(cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });

    await page.getByRole('button', { name: /Ada Lovelace/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.getByRole('link', { name: 'Sign in with Company' }).waitFor();
    // Signed out there too: it asks again who it is.
    await goToProvider(page);
  });

  test('says that the person was refused', async () => {
    await using visitor = await openVisitor(browser, instance);
    const { page } = visitor;
    await goToProvider(page);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('alert').waitFor();
    expect(page.url()).toContain('/sign-in?error=SSO_REFUSED');
  });
});
