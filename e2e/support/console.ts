import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Instance } from './instance.ts';

const root = join(import.meta.dirname, '../..');
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Builds the console into `apps/console/dist`, from where the server gives it out. */
export async function buildConsole(): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', 'apps/console'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    // The test runner says `test`; what is shipped is a production build.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const faults: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => faults.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`vite build ended with ${String(code)}: ${Buffer.concat(faults).toString()}`);
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags });
}

export interface VisitorOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** A browser profile of its own: no cookie is shared with another visitor. */
export interface Visitor extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Faults of the page itself, and requests its content security policy stopped; empty when all is well. */
  readonly faults: readonly string[];
}

export async function openVisitor(
  browser: Browser,
  instance: Instance,
  { width = 1280, colorScheme = 'light' }: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: instance.url,
    // The authority is the instance's own; that programs pin it is tested elsewhere.
    ignoreHTTPSErrors: true,
    viewport: { width, height: 900 },
    colorScheme,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|React/.test(message.text())) {
      faults.push(message.text());
    }
  });
  return { context, page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** Signs in at the door and waits for the rooms. */
export async function signIn(page: Page, userName: string, password: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'User name' }).fill(userName);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor({ state: 'attached' });
}

/** What axe finds wrong with the page, one line a violation; empty when it is clean. */
export async function axeViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`,
  );
}
