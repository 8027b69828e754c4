import { join, posix } from 'node:path';
import { fail } from '@carrel/contract/errors';
import type { BuildContext } from '../build-context.ts';
import { Apt, type DebianPackage } from '../packages/apt.ts';
import { downloadPackages, newestBuildTime, type PackageFile } from '../packages/package-cache.ts';
import { unpackPackage } from '../packages/unpack-package.ts';
import type { LoadedRecipe } from '../recipe/read-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { addRecipeFiles } from '../recipe-files.ts';
import type { SystemContent } from '../system-content.ts';
import { FileTree, folder, textFile } from '../tree/file-tree.ts';
import { Spool } from '../tree/spool.ts';
import { listApplets } from './busybox.ts';
import { readGuestScripts } from './guest-scripts.ts';
import { buildInitramfs } from './initramfs.ts';
import { selectModules } from './kernel-modules.ts';
import { mergedPath } from './merged-usr.ts';
import { addSharedLibraries } from './shared-libraries.ts';
import { addSystemFiles } from './system-files.ts';

/** Composes a system of busybox and the files a recipe names; runs no code of the packages but busybox. */
export async function buildMinimal(loaded: LoadedRecipe, context: BuildContext): Promise<SystemContent> {
  const { recipe } = loaded;
  const packages = await obtainPackages(recipe, context);
  const epochSeconds = await newestBuildTime([...packages.named, ...packages.libraries, ...packages.kernel]);
  const spool = await Spool.create(join(context.workFolder, 'spool'));
  const unpacked = await unpackAll(recipe, packages, spool, epochSeconds, context);

  context.onProgress({ phase: 'configure' });
  const { tree } = unpacked;
  await addSharedLibraries(tree, unpacked.libraries);
  const scripts = await readGuestScripts();
  addSystemFiles(tree, recipe, await listApplets(tree), scripts, epochSeconds);
  await addRecipeFiles(tree, loaded, epochSeconds, mergedPath);
  const modules = await selectModules(recipe.kernel.modules, unpacked.kernel);
  const initramfs = await buildInitramfs(tree, modules, scripts.initramfsInit, epochSeconds);
  addBootFiles(tree, unpacked.kernel, initramfs, epochSeconds);
  return { tree, spool, epochSeconds };
}

interface PackageSets {
  readonly named: readonly PackageFile[];
  /** Packages that may bring libraries the named ones need. */
  readonly libraries: readonly PackageFile[];
  readonly kernel: readonly PackageFile[];
}

async function obtainPackages(recipe: Recipe, context: BuildContext): Promise<PackageSets> {
  context.onProgress({ phase: 'resolve' });
  const apt = await Apt.open(context);
  const names = recipe.packages.map((item) => item.name);
  const closure = await apt.resolve(names);
  const isNamed = (item: DebianPackage): boolean => names.includes(item.name);
  const isLibrary = (item: DebianPackage): boolean => !isNamed(item) && item.section.endsWith('libs');
  // The kernel's own dependencies only serve to make an initramfs, which is made here.
  const kernelClosure = await apt.resolve([recipe.kernel.package]);
  const isKernel = (item: DebianPackage): boolean => item.name.startsWith('linux-image-');
  const wanted = [
    ...closure.filter((item) => isNamed(item) || isLibrary(item)),
    ...kernelClosure.filter(isKernel),
  ];
  const files = await downloadPackages(wanted, apt, context);
  return {
    named: files.filter(isNamed),
    libraries: files.filter((file) => isLibrary(file) && !isKernel(file)),
    kernel: files.filter(isKernel),
  };
}

interface UnpackedTrees {
  readonly tree: FileTree;
  readonly libraries: FileTree;
  readonly kernel: FileTree;
}

async function unpackAll(
  recipe: Recipe,
  packages: PackageSets,
  spool: Spool,
  latestSeconds: number,
  context: BuildContext,
): Promise<UnpackedTrees> {
  const trees = { tree: new FileTree(), libraries: new FileTree(), kernel: new FileTree() };
  const unpack = async (
    file: PackageFile,
    into: FileTree,
    isWanted: (path: string) => boolean,
  ): Promise<void> => {
    context.onProgress({ phase: 'unpack', note: file.name });
    const place = (path: string): string | undefined => (isWanted(path) ? mergedPath(path) : undefined);
    const signal = context.signal ? { signal: context.signal } : {};
    await unpackPackage(file, into, { spool, place, latestSeconds, ...signal }, context);
  };
  for (const file of packages.named) {
    const include = recipe.packages.find((item) => item.name === file.name)?.include;
    await unpack(file, trees.tree, (path) => isIncluded(path, include));
  }
  for (const file of packages.libraries) await unpack(file, trees.libraries, isLibraryPath);
  for (const file of packages.kernel) await unpack(file, trees.kernel, () => true);
  return trees;
}

const unneededFolders = ['/usr/share/doc', '/usr/share/man', '/usr/share/locale', '/usr/share/lintian'];

function isIncluded(path: string, include: readonly string[] | undefined): boolean {
  if (include) return include.some((pattern) => posix.matchesGlob(path, pattern));
  return !unneededFolders.some((unneeded) => path === unneeded || path.startsWith(`${unneeded}/`));
}

function isLibraryPath(path: string): boolean {
  return /^(\/usr)?\/lib(64)?\/.*\.so(\.[0-9.]+)?$/.test(path);
}

function addBootFiles(tree: FileTree, kernel: FileTree, initramfs: Uint8Array, epochSeconds: number): void {
  const image = kernel.entries().find(([path]) => path.startsWith('/boot/vmlinuz-'));
  if (image === undefined) {
    const reason = 'the kernel package brings no /boot/vmlinuz-*';
    throw fail('BUILD_STEP_FAILED', { step: 'root file system', reason });
  }
  tree.add('/boot', folder(0o755, epochSeconds));
  tree.add('/boot/vmlinuz', image[1]);
  const initrd = textFile('', 0o644, epochSeconds);
  tree.add('/boot/initrd.img', {
    ...initrd,
    kind: 'file',
    content: { kind: 'bytes', bytes: initramfs },
  });
}
