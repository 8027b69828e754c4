// Makes this checkout runnable. Plain JavaScript for any Node >= 20: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const pinnedNode = join(root, 'node_modules/node/bin/node');
const say = (line) => process.stderr.write(`${line}\n`);

/**
 * Installs what is missing: npm packages as the lock file has them, and Debian packages when this is root on Debian.
 * @param {readonly ('run' | 'test' | 'bench')[]} groups of scripts/debian-packages.json
 */
export function setUp(groups) {
  installNpmPackages();
  installDebianPackages(groups);
}

function installNpmPackages() {
  const stamp = join(root, 'node_modules/.carrel-lock-hash');
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const isCurrent = existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isCurrent) return;
  say('Installing npm packages ...');
  // Not npm ci: it refuses a lock file that lacks the binaries of platforms a registry mirror does not carry.
  run('npm', ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'], {});
  if (!existsSync(pinnedNode)) stop('npm did not install the pinned Node; see the lines above.');
  writeFileSync(stamp, hash);
}

function installDebianPackages(groups) {
  const table = JSON.parse(readFileSync(join(import.meta.dirname, 'debian-packages.json'), 'utf8'));
  const missing = groups.flatMap((group) => table[group]).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    stop(
      `These Debian packages are needed. As root, run: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
  say(`Installing Debian packages: ${missing.join(' ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], env);
  run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...missing], env);
}

function isInstalled(name) {
  const answer = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout === 'installed';
}

/** Runs a program whose output goes to standard error, so that standard output stays the result's. */
function run(program, args, env) {
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } };
  const result = spawnSync(program, args, options);
  if (result.error) stop(`${program} could not be started: ${result.error.message}`);
  if (result.status !== 0) stop(`${program} ${args[0]} failed; see the lines above.`);
}

function stop(line) {
  say(line);
  process.exit(1);
}
