import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from './paths.ts';

const stamp = join(paths.console, 'dist/.source-hash');

/** Builds the console unless what is there was built from the same sources. Resolves to whether it was built. */
export async function buildConsole(): Promise<boolean> {
  const hash = await sourceHash();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return false;
  const vite = join(paths.root, 'node_modules/vite/bin/vite.js');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: paths.console,
      stdio: ['ignore', 2, 2],
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error('The console could not be built.')),
    );
  });
  await writeFile(stamp, hash);
  return true;
}

async function sourceHash(): Promise<string> {
  const patterns = [
    'apps/console/{src,index.html,vite.config.ts}/**',
    'apps/console/*.*',
    'packages/{kit,contract,policy}/src/**',
  ];
  const files: string[] = [];
  for await (const entry of glob(patterns, { cwd: paths.root, withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  }
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}
