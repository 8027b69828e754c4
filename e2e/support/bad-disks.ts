import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyRecipePath } from '../../packages/imaging/src/build/testing/tiny-disk.ts';
import { runCarrel } from './run-carrel.ts';

const run = promisify(execFile);
const mebibyte = 1024 ** 2;

/** Things that commands about images have to refuse. Disposing of it removes them all. */
export interface BadDisks extends AsyncDisposable {
  /** Holds all that is named here; a command that failed must have left it as it was. */
  readonly folder: string;
  /** Where commands keep temporary files. */
  readonly temporary: string;
  /** Environment of the commands: keys, sign-in and temporary files are the test's own. */
  readonly env: Readonly<Record<string, string>>;
  /** 8 MiB, 6 of them data. */
  readonly disk: string;
  /** The disk, packed. */
  readonly image: string;
  readonly truncated: string;
  /** A recipe that names a field there is not. */
  readonly recipe: string;
  /** Folder of a file system with room for 3 MiB. */
  readonly full: string;
  /** `http://HOST` of a web server that answers a page to whatever it is asked. */
  readonly webServer: string;
}

/** Makes them. Root only, for the file system. */
export async function makeBadDisks(): Promise<BadDisks> {
  const base = await mkdtemp(join(tmpdir(), 'carrel-bad-input-'));
  const [folder, temporary] = [join(base, 'work'), join(base, 'tmp')];
  const full = join(folder, 'full');
  await mkdir(full, { recursive: true });
  await mkdir(temporary);
  const env = { XDG_CONFIG_HOME: join(base, 'config'), TMPDIR: temporary };
  await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', full]);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(base, { recursive: true }));
  undo.defer(async () => {
    await run('umount', [full]);
  });
  const web = undo.use(await serveHtml());
  const disk = await makeDisk(join(folder, 'disk.raw'));
  const image = `oci:${join(folder, 'layout')}:disk:1`;
  const packed = await runCarrel(['image', 'pack', disk, '--to', image], env);
  if (packed.code !== 0) throw new Error(packed.stderr);
  const truncated = await makeTruncated(disk, join(folder, 'truncated.qcow2'));
  const recipe = join(folder, 'recipe.yaml');
  await writeFile(recipe, `${await readFile(tinyRecipePath, 'utf8')}\nsice: 64MiB\n`);
  const kept = undo.move();
  return {
    folder,
    temporary,
    env,
    disk,
    image,
    truncated,
    recipe,
    full,
    webServer: web.origin,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function makeDisk(path: string): Promise<string> {
  await using file = await open(path, 'wx');
  await file.truncate(8 * mebibyte);
  await file.write(randomBytes(6 * mebibyte));
  return path;
}

async function makeTruncated(disk: string, path: string): Promise<string> {
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', disk, path]);
  await truncate(path, Math.floor((await stat(path)).size / 2));
  return path;
}

async function serveHtml(): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Welcome</title>');
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
