import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import type { BuildContext } from '../build-context.ts';
import { Apt } from '../packages/apt.ts';
import { downloadPackages, newestBuildTime } from '../packages/package-cache.ts';
import type { LoadedRecipe } from '../recipe/read-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { addRecipeFiles } from '../recipe-files.ts';
import type { SystemContent } from '../system-content.ts';
import { FileTree, folder, symlink, textFile } from '../tree/file-tree.ts';
import { readTar } from '../tree/read-tar.ts';
import { Spool } from '../tree/spool.ts';
import { findDebianSources } from './debian-sources.ts';
import { bootstrapDebian } from './mmdebstrap.ts';
import { serviceUnits, setupScript } from './setup-script.ts';

/** What a Debian system has beside the packages a recipe names: its essential ones and what boots it. */
const alwaysInstalled = ['?essential', '?priority(required)', 'apt'];

/** Installs a whole Debian system, maintainer scripts and all. */
export async function buildDebian(loaded: LoadedRecipe, context: BuildContext): Promise<SystemContent> {
  const { recipe } = loaded;
  context.onProgress({ phase: 'resolve' });
  const apt = await Apt.open(context);
  const names = [recipe.kernel.package, ...recipe.packages.map((item) => item.name)];
  const closure = await apt.resolve([...alwaysInstalled, ...names]);
  const sources = await findDebianSources(apt, context);
  const packages = await downloadPackages(closure, apt, context);
  const epochSeconds = await newestBuildTime(packages);

  const files = await ownFiles(loaded, epochSeconds);
  context.onProgress({ phase: 'configure', note: `${packages.length} packages` });
  const script = setupScript(recipe);
  const archive = await bootstrapDebian({ recipe, sources, packages, files, script, epochSeconds }, context);
  context.onProgress({ phase: 'unpack', note: 'the installed system' });
  const content = await readSystem(archive, epochSeconds, context);
  await rm(archive);
  for (const [path, entry] of files.entries()) {
    if (entry.kind !== 'directory') content.tree.add(path, entry);
  }
  finish(content.tree, epochSeconds);
  return content;
}

/** The recipe's files, and those made from its other fields. */
async function ownFiles(loaded: LoadedRecipe, epochSeconds: number): Promise<FileTree> {
  const { recipe } = loaded;
  const files = new FileTree();
  const addText = (path: string, text: string): void => files.add(path, textFile(text, 0o644, epochSeconds));
  addText('/etc/hostname', `${recipe.hostName}\n`);
  addText('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${recipe.hostName}\n::1 localhost\n`);
  addText('/etc/fstab', 'LABEL=root / ext4 noatime,errors=remount-ro 0 1\n');
  // Where the boot loader of the disk looks, kept up to date by Debian's own kernel scripts.
  addText('/etc/kernel-img.conf', 'do_symlinks = yes\nimage_dest = /boot\nlink_in_boot = yes\n');
  addModules(addText, recipe);
  for (const [path, text] of serviceUnits(recipe)) addText(path, text);
  await addRecipeFiles(files, loaded, epochSeconds, (path) => path);
  return files;
}

function addModules(addText: (path: string, text: string) => void, recipe: Recipe): void {
  if (recipe.kernel.modules.length === 0) return;
  addText('/etc/initramfs-tools/conf.d/carrel', 'MODULES=list\n');
  addText('/etc/initramfs-tools/modules', `${recipe.kernel.modules.join('\n')}\n`);
}

async function readSystem(
  archive: string,
  epochSeconds: number,
  context: BuildContext,
): Promise<SystemContent> {
  const spool = await Spool.create(join(context.workFolder, 'spool'));
  const tree = new FileTree();
  const place = (path: string): string | undefined => (isKept(path) ? path : undefined);
  const signal = context.signal ? { signal: context.signal } : {};
  await readTar(createReadStream(archive), tree, { spool, place, latestSeconds: epochSeconds, ...signal });
  return { tree, spool, epochSeconds };
}

/** Logs and caches of the installation tell when and where it ran; the system makes its own. */
function isKept(path: string): boolean {
  if (/^\/var\/(log|cache)\/.*[^/]$/.test(path))
    return !/\.(log|gz|old|bin|dat)$|\/(dpkg|apt|debconf)\//.test(path);
  return !/^\/(proc|sys|run|tmp)\/.|-old$|^\/dev\/./.test(path);
}

function finish(tree: FileTree, epochSeconds: number): void {
  // Empty: each guest makes an identity of its own at its first start.
  tree.add('/etc/machine-id', textFile('', 0o444, epochSeconds));
  tree.remove('/var/lib/dbus/machine-id');
  for (const path of ['/dev', '/proc', '/sys', '/run']) tree.add(path, folder(0o755, epochSeconds));
  for (const [name, pattern] of [
    ['vmlinuz', /^\/boot\/vmlinuz-/],
    ['initrd.img', /^\/boot\/initrd\.img-/],
  ] as const) {
    if (tree.has(`/boot/${name}`)) continue;
    const found = tree.entries().find(([path]) => pattern.test(path));
    if (found === undefined) {
      const reason = `the installed system has no /boot/${name}`;
      throw fail('BUILD_STEP_FAILED', { step: 'root file system', reason });
    }
    tree.add(`/boot/${name}`, symlink(found[0].slice('/boot/'.length), epochSeconds));
  }
}
