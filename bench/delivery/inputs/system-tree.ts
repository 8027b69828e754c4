import { rm } from 'node:fs/promises';
import { run } from '../shell.ts';

const mirror = 'http://deb.debian.org';

/** Debian 12 as of its last point release. */
export const pointRelease = [`deb ${mirror}/debian bookworm main`];

/** With everything published since. */
export const patched = [
  ...pointRelease,
  `deb ${mirror}/debian bookworm-updates main`,
  `deb ${mirror}/debian-security bookworm-security main`,
];

export interface SystemOptions {
  readonly folder: string;
  readonly variant: string;
  readonly packages: readonly string[];
  readonly sources: readonly string[];
}

/** Installs a Debian system into a new folder. */
export async function installSystem(options: SystemOptions): Promise<void> {
  const { folder, variant, packages, sources } = options;
  await rm(folder, { recursive: true, force: true });
  const args = ['--quiet', `--variant=${variant}`, '--mode=root', '--format=directory'];
  args.push(`--include=${packages.join(',')}`, 'bookworm', folder, ...sources);
  // In a mount namespace of its own: some packages mount /proc when they are installed and leave it there.
  await run('unshare', ['--mount', 'mmdebstrap', ...args]);
}
