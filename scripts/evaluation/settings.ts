import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { z } from 'zod';
import { paths } from './paths.ts';

const settingsSchema = z.object({ port: z.int() });

/** The port of the instance: the one it was made with, else the first free one from 7443. */
export async function readPort(): Promise<number> {
  const text = await readFile(paths.settings, 'utf8').catch(() => undefined);
  if (text !== undefined) return settingsSchema.parse(JSON.parse(text)).port;
  let port = 7443;
  while (!(await isFree(port))) port += 1;
  await mkdir(paths.base, { recursive: true, mode: 0o700 });
  await writeWhole(paths.settings, JSON.stringify({ port }));
  return port;
}

/** Makes a password once and keeps it in a file that only its owner reads. */
export async function ensurePassword(path: string): Promise<void> {
  if (await exists(path)) return;
  await writeWhole(path, `${randomBytes(12).toString('base64url')}\n`);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Writes a file in one step, so that a crash leaves the old one or the new one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
