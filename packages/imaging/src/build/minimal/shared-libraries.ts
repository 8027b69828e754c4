import { fail } from '@carrel/contract/errors';
import type { FileTree } from '../tree/file-tree.ts';
import { readContent } from '../tree/spool.ts';
import { isElf, readElfNeeds } from './elf.ts';
import { mergedPath } from './merged-usr.ts';

const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * Copies from `pool` to `tree` the shared libraries and interpreters that the programs in `tree` need, and
 * those that these need, and nothing else.
 *
 * @throws {BUILD_STEP_FAILED} naming a library that no package brings
 */
export async function addSharedLibraries(tree: FileTree, pool: FileTree): Promise<void> {
  const waiting = tree.entries().map(([path]) => path);
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const needed of await neededBy(path, tree)) {
      const found = findLibrary(needed, pool);
      if (found === undefined) {
        const reason = `no package brings ${needed}, which ${path} needs`;
        throw fail('BUILD_STEP_FAILED', { step: 'collecting libraries', reason });
      }
      waiting.push(...copyWithTarget(found, pool, tree));
    }
  }
}

async function neededBy(path: string, tree: FileTree): Promise<string[]> {
  const entry = tree.get(path);
  if (entry?.kind !== 'file') return [];
  const bytes = await readContent(entry.content);
  if (!isElf(bytes)) return [];
  const { libraries, interpreter } = readElfNeeds(bytes);
  return interpreter === undefined ? [...libraries] : [interpreter, ...libraries];
}

function findLibrary(needed: string, pool: FileTree): string | undefined {
  if (needed.startsWith('/')) return pool.has(mergedPath(needed)) ? mergedPath(needed) : undefined;
  return libraryFolders.map((folder) => `${folder}/${needed}`).find((path) => pool.has(path));
}

function copyWithTarget(path: string, pool: FileTree, tree: FileTree): string[] {
  const copied: string[] = [];
  for (let current: string | undefined = path; current !== undefined; ) {
    const entry = pool.get(current);
    if (entry === undefined) break;
    tree.add(current, entry);
    copied.push(current);
    current = entry.kind === 'symlink' ? linkTarget(current, entry.target) : undefined;
  }
  return copied;
}

function linkTarget(path: string, target: string): string {
  if (target.startsWith('/')) return mergedPath(target);
  return `${path.slice(0, path.lastIndexOf('/'))}/${target}`;
}
