import type { Recipe } from '../recipe/recipe-schema.ts';
import { type FileTree, folder, symlink, textFile } from '../tree/file-tree.ts';
import { accountFiles, homeOf } from './accounts.ts';
import { busyboxPath } from './busybox.ts';
import type { GuestScripts } from './guest-scripts.ts';
import { inittab } from './inittab.ts';
import { mergedLinks, mergedPath } from './merged-usr.ts';

const emptyFolders = [
  ...['/boot', '/dev', '/etc', '/home', '/mnt', '/proc', '/run', '/sys', '/usr'],
  ...['/var', '/var/cache', '/var/lib', '/var/log', '/var/spool'],
];

/** Adds what every minimal system has: its folders, accounts, init and the names of the busybox tools. */
export function addSystemFiles(
  tree: FileTree,
  recipe: Recipe,
  applets: readonly string[],
  scripts: GuestScripts,
  epochSeconds: number,
): void {
  const addText = (path: string, text: string, mode = 0o644): void =>
    tree.add(path, textFile(text, mode, epochSeconds));
  for (const path of emptyFolders) tree.add(path, folder(0o755, epochSeconds));
  for (const path of ['/tmp', '/var/tmp']) tree.add(path, folder(0o1777, epochSeconds));
  for (const name of mergedLinks) {
    tree.add(`/usr/${name}`, folder(0o755, epochSeconds));
    tree.add(`/${name}`, symlink(`usr/${name}`, epochSeconds));
  }
  for (const applet of applets.map(mergedPath)) {
    if (!tree.has(applet)) tree.add(applet, symlink(busyboxPath, epochSeconds));
  }
  addAccounts(tree, recipe, addText, epochSeconds);
  addText('/etc/hostname', `${recipe.hostName}\n`);
  addText('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${recipe.hostName}\n::1 localhost\n`);
  addText('/etc/issue', `${recipe.name} \\n \\l\n\n`);
  addText('/etc/inittab', inittab(recipe));
  tree.add('/var/run', symlink('/run', epochSeconds));
  tree.add('/etc/resolv.conf', symlink('/run/resolv.conf', epochSeconds));
  tree.add('/etc/mtab', symlink('/proc/self/mounts', epochSeconds));
  addText('/etc/carrel/start', scripts.start, 0o755);
  addText('/etc/carrel/stop', scripts.stop, 0o755);
  // The names under which busybox acpid and udhcpc look for their scripts.
  addText('/etc/acpi/PWRF/00000080', scripts.powerButton, 0o755);
  addText('/etc/udhcpc/default.script', scripts.dhcp, 0o755);
  addText('/usr/share/udhcpc/default.script', scripts.dhcp, 0o755);
  addText('/usr/sbin/shutdown', scripts.shutdown, 0o755);
}

function addAccounts(
  tree: FileTree,
  recipe: Recipe,
  addText: (path: string, text: string, mode?: number) => void,
  epochSeconds: number,
): void {
  const accounts = accountFiles(recipe);
  addText('/etc/passwd', accounts.passwd);
  addText('/etc/shadow', accounts.shadow, 0o600);
  addText('/etc/group', accounts.group);
  tree.add('/root', folder(0o700, epochSeconds));
  for (const user of recipe.users) {
    const owner = { uid: user.uid, gid: user.uid };
    tree.add(homeOf(user), { ...folder(0o700, epochSeconds), ...owner });
  }
}
