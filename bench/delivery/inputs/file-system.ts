import { constants, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../shell.ts';
import { patched } from './system-tree.ts';

// Fixed, so that two file systems of the same files differ in nothing else.
export const fileSystemUuid = '5f3b6c1e-0a4d-4a60-9f0c-7b1d2e3f4a5b';

/** Lays out the files of a folder in a new ext4 file system. */
export async function makeFileSystem(path: string, sizeBytes: number, folder: string): Promise<void> {
  await rm(path, { force: true });
  const fixed = ['-U', fileSystemUuid, '-E', `hash_seed=${fileSystemUuid}`, '-L', 'root'];
  const args = [
    '-q',
    '-t',
    'ext4',
    '-b',
    '4096',
    ...fixed,
    '-d',
    folder,
    path,
    String(sizeBytes / 1024) + 'k',
  ];
  await run('mke2fs', args);
}

/**
 * Copies a system and upgrades the copy the way its administrator does: mounted, with apt, then trimmed.
 *
 * @returns names of the packages that changed
 */
export async function upgradeInPlace(from: string, to: string, workFolder: string): Promise<string[]> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await run('fallocate', ['--dig-holes', to]);
  const mountFolder = join(workFolder, 'mounted');
  await mkdir(mountFolder, { recursive: true });
  const script = join(workFolder, 'upgrade.sh');
  await writeFile(script, upgradeScript(patched));
  const output = await run('unshare', ['--mount', 'bash', script, to, mountFolder]);
  return output.split('\n').filter((line) => line !== '');
}

/** Lays out the files of a file system afresh in another. */
export async function rebuildFileSystem(
  from: string,
  to: string,
  sizeBytes: number,
  workFolder: string,
): Promise<void> {
  const mountFolder = join(workFolder, 'mounted');
  await mkdir(mountFolder, { recursive: true });
  await run('mount', ['-o', 'loop,ro', from, mountFolder]);
  try {
    await makeFileSystem(to, sizeBytes, mountFolder);
  } finally {
    await run('umount', [mountFolder]);
  }
}

/** Runs in a mount namespace of its own, so that nothing stays mounted whatever happens. */
function upgradeScript(sources: readonly string[]): string {
  return `set -eu
disk=$1 root=$2
mount -o loop,discard "$disk" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
list() { chroot "$root" dpkg-query -W -f '\${Package} \${Version}\\n' | sort; }
list > /tmp/before.$$
cp "$root/etc/apt/sources.list" /tmp/sources.$$
cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
printf '%s\\n' ${sources.map((line) => `'${line}'`).join(' ')} > "$root/etc/apt/sources.list"
printf '#!/bin/sh\\nexit 101\\n' > "$root/usr/sbin/policy-rc.d"; chmod 755 "$root/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
{
  chroot "$root" apt-get -q update
  chroot "$root" apt-get -q -y -o Dpkg::Options::=--force-confold dist-upgrade
  chroot "$root" apt-get -q clean
} >&2
rm -rf "$root"/var/lib/apt/lists/* "$root/usr/sbin/policy-rc.d"
list > /tmp/after.$$
comm -13 /tmp/before.$$ /tmp/after.$$ | cut -d' ' -f1
cp /tmp/sources.$$ "$root/etc/apt/sources.list"
rm /tmp/before.$$ /tmp/after.$$ /tmp/sources.$$
umount "$root/dev" "$root/proc"
sync -f "$root"
fstrim "$root"
umount "$root"
`;
}
