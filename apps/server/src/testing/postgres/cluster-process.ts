import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/*
 * A process of its own: makes a PostgreSQL cluster in a folder, serves it on a unix socket there, and takes both down
 * when the test run that asked for it is gone, however that ended.
 *
 * argv: the folder, and the process id of the run.
 */

const run = promisify(execFile);
const [folder = '', ownerText = ''] = process.argv.slice(2);
const ownerPid = Number(ownerText);
const nobody = 65_534;
// PostgreSQL refuses to be root.
const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

try {
  const postgres = await startCluster();
  await writeFile(join(folder, 'ready'), '');
  await Promise.race([ownerGone(), once(postgres, 'exit')]);
  await stop(postgres);
} catch (error) {
  await writeFile(join(folder, 'failed'), error instanceof Error ? error.message : String(error));
  await ownerGone();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function startCluster(): Promise<ChildProcess> {
  const data = join(folder, 'data');
  const sockets = join(folder, 'sockets');
  for (const path of [data, sockets]) {
    await mkdir(path, { mode: 0o700 });
    if (identity.uid !== undefined) await chown(path, identity.uid, identity.gid);
  }
  const programs = programFolder();
  await run(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'carrel', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...identity, cwd: data },
  );
  const options = [
    'listen_addresses=',
    `unix_socket_directories=${sockets}`,
    'fsync=off',
    'max_connections=60',
  ];
  const postgres = spawn(
    join(programs, 'postgres'),
    ['-D', data, ...options.flatMap((option) => ['-c', option])],
    { ...identity, cwd: data, stdio: 'ignore' },
  );
  const tooLate = Date.now() + 60_000;
  // The socket is there before the server takes connections; it writes here when it does.
  while (!(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).includes('\nready')) {
    if (postgres.exitCode !== null || Date.now() > tooLate) throw new Error('PostgreSQL did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return postgres;
}

/** The newest version of Debian's packages, else whatever is on the PATH. */
function programFolder(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .toSorted((a, b) => b - a)
    : [];
  const installed = versions
    .map((version) => join(root, String(version), 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
  const onPath = (process.env['PATH'] ?? '').split(':').find((path) => existsSync(join(path, 'initdb')));
  const found = installed ?? onPath;
  if (found === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return found;
}

async function ownerGone(): Promise<void> {
  for (;;) {
    try {
      process.kill(ownerPid, 0);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** SIGINT is PostgreSQL's fast shutdown. */
async function stop(postgres: ChildProcess): Promise<void> {
  if (postgres.exitCode !== null) return;
  postgres.kill('SIGINT');
  await once(postgres, 'exit');
}
