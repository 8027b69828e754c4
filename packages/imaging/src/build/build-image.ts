import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MachineDescription } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { type LongOperationOptions, UndoStack } from '@carrel/kit';
import { requireTools } from '../tools/run-tool.ts';
import type { ToolName } from '../tools/tool-packages.ts';
import type { BuildContext } from './build-context.ts';
import { buildDebian } from './debian/build-debian.ts';
import { writeDisk } from './disk/write-disk.ts';
import { deriveIdentity } from './identity.ts';
import { buildMinimal } from './minimal/build-minimal.ts';
import { readRecipe } from './recipe/read-recipe.ts';
import type { Recipe } from './recipe/recipe-schema.ts';

export interface BuildOptions extends LongOperationOptions {
  readonly recipePath: string;
  /** The disk to write: a raw file, sparse. */
  readonly output: string;
  /** Replace `output` when it exists. */
  readonly isReplacing?: boolean;
  /** Told every command run and what it says. */
  readonly log?: (line: string) => void;
  /** Where the packages stay between builds. Default: `carrel` in the user's cache folder. */
  readonly cacheFolder?: string;
  /** Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface BuildReceipt {
  readonly name: string;
  readonly output: string;
  /** Size of the disk as the guest sees it. */
  readonly sizeBytes: number;
  /** What the file takes on this computer's disk. */
  readonly allocatedBytes: number;
  /** What a machine must be so that the disk boots. */
  readonly machine: MachineDescription;
}

/**
 * Builds a bootable disk from a recipe. Equal recipes and packages give equal bytes. The disk appears under its
 * name only when it is whole; an aborted or failed build leaves nothing.
 *
 * @throws {RECIPE_INVALID} naming the field
 * @throws {TARGET_EXISTS} unless `isReplacing`
 * @throws {TOOL_MISSING} naming the Debian package to install
 * @throws {BUILD_STEP_FAILED}
 * @throws {DISK_FULL}
 */
export async function buildImage(options: BuildOptions): Promise<BuildReceipt> {
  const loaded = await readRecipe(options.recipePath);
  await assertFree(options);
  await using undo = new UndoStack();
  const context = await openContext(options, undo);
  await requireTools(toolsFor(loaded.recipe), context);
  const identity = deriveIdentity(loaded.text);

  const build = loaded.recipe.mode === 'minimal' ? buildMinimal : buildDebian;
  const content = await build(loaded, context);
  const partial = `${options.output}.${randomBytes(6).toString('hex')}.partial`;
  undo.push(() => rm(partial, { force: true }));
  await writeDisk(partial, loaded.recipe, identity, content, context);
  options.signal?.throwIfAborted();
  await rename(partial, options.output);

  const { blocks } = await stat(options.output);
  return {
    name: loaded.recipe.name,
    output: options.output,
    sizeBytes: loaded.recipe.size,
    allocatedBytes: blocks * 512,
    machine: loaded.recipe.machine,
  };
}

async function openContext(options: BuildOptions, undo: UndoStack): Promise<BuildContext> {
  const environment = options.environment ?? process.env;
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder(environment);
  await mkdir(cacheFolder, { recursive: true });
  const workFolder = await mkdtemp(join(environment.TMPDIR ?? tmpdir(), 'carrel-build-'));
  undo.push(() => rm(workFolder, { recursive: true, force: true }));
  return {
    workFolder,
    cacheFolder,
    environment,
    onProgress: options.onProgress ?? (() => undefined),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.log ? { log: options.log } : {}),
  };
}

/** `carrel` in the user's cache folder (XDG Base Directory Specification). */
function defaultCacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'carrel');
}

async function assertFree(options: BuildOptions): Promise<void> {
  const exists = await access(options.output).then(
    () => true,
    () => false,
  );
  if (exists && options.isReplacing !== true) throw fail('TARGET_EXISTS', { path: options.output });
  const folder = dirname(options.output);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw fail('SOURCE_NOT_FOUND', { path: folder });
}

function toolsFor(recipe: Recipe): ToolName[] {
  const always: ToolName[] = ['apt-get', 'apt-cache', 'dpkg-deb', 'mke2fs', 'debugfs', 'grub-mkimage'];
  const uefi: ToolName[] = recipe.boot.firmware.includes('uefi') ? ['mkfs.fat', 'mmd', 'mcopy'] : [];
  const debian: ToolName[] = recipe.mode === 'debian' ? ['mmdebstrap'] : [];
  return [...always, ...uefi, ...debian];
}
