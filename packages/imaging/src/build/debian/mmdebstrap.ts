import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';
import type { PackageFile } from '../packages/package-cache.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import type { FileTree } from '../tree/file-tree.ts';
import { readContent } from '../tree/spool.ts';
import type { DebianSources } from './debian-sources.ts';

export interface BootstrapInput {
  readonly recipe: Recipe;
  readonly sources: DebianSources;
  readonly packages: readonly PackageFile[];
  /** Files that are in place before the packages are installed. */
  readonly files: FileTree;
  /** Runs inside the new system at the end. */
  readonly script: string;
  readonly epochSeconds: number;
}

/** Documentation stays out, except the licences, which packages must be distributed with. */
const pathOptions = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/locale/*/LC_MESSAGES/*.mo',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/help/*',
];

/**
 * Installs a Debian system with mmdebstrap and gives the path of a tar archive of it.
 *
 * @throws {BUILD_STEP_FAILED}
 */
export async function bootstrapDebian(input: BootstrapInput, context: BuildContext): Promise<string> {
  const archives = join(context.workFolder, 'archives');
  const overlay = join(context.workFolder, 'overlay');
  const script = join(context.workFolder, 'setup');
  const archive = join(context.workFolder, 'root.tar');
  await linkArchives(input.packages, archives);
  await writeOverlay(input.files, overlay);
  await writeFile(script, input.script, { mode: 0o755 });
  const hooks = [
    `--setup-hook=mkdir -p "$1"/var/cache/apt/archives && cp ${archives}/*.deb "$1"/var/cache/apt/archives/`,
    `--essential-hook=cp -a ${overlay}/. "$1"/`,
    `--customize-hook=cp ${script} "$1"/setup && chroot "$1" /setup && rm "$1"/setup`,
  ];
  const names = [input.recipe.kernel.package, ...input.recipe.packages.map((item) => item.name)];
  const args = [
    ...['--variant=minbase', '--mode=auto', '--format=tar', '--skip=download/empty,essential/unlink'],
    ...[`--include=${names.join(',')}`, '--aptopt=Acquire::Languages "none"'],
    ...pathOptions.map((option) => `--dpkgopt=${option}`),
    ...hooks,
    ...[input.sources.suite, archive, '-'],
  ];
  const variables = { SOURCE_DATE_EPOCH: String(input.epochSeconds) };
  const call = { step: 'installing packages', args, variables, writes: archive };
  await runTool('mmdebstrap', { ...call, input: `${input.sources.lines.join('\n')}\n` }, context);
  return archive;
}

/** Under the names apt gives them, so that it finds them and downloads nothing. */
async function linkArchives(packages: readonly PackageFile[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of packages) {
    const name = `${file.name}_${file.version.replaceAll(':', '%3a')}_${file.architecture}.deb`;
    await copyFile(file.path, join(folder, name));
  }
}

async function writeOverlay(files: FileTree, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await chmod(folder, 0o755);
  for (const [path, entry] of files.entries()) {
    if (entry.kind !== 'file') continue;
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await readContent(entry.content));
    await chmod(target, entry.mode);
  }
}
