import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '@carrel/contract/errors';
import type { LoadedRecipe } from './recipe/read-recipe.ts';
import type { RecipeFile } from './recipe/recipe-schema.ts';
import { type FileTree, symlink, type TreeEntry } from './tree/file-tree.ts';

/**
 * Adds the files a recipe lists. `place` says where a path lies in this system.
 *
 * @throws {RECIPE_INVALID} when a file beside the recipe is not there
 */
export async function addRecipeFiles(
  tree: FileTree,
  loaded: LoadedRecipe,
  epochSeconds: number,
  place: (path: string) => string,
): Promise<void> {
  for (const [index, file] of loaded.recipe.files.entries()) {
    tree.add(place(file.path), await entryOf(file, index, loaded, epochSeconds));
  }
}

async function entryOf(
  file: RecipeFile,
  index: number,
  loaded: LoadedRecipe,
  epochSeconds: number,
): Promise<TreeEntry> {
  if (file.link !== undefined) return symlink(file.link, epochSeconds);
  const bytes =
    file.source === undefined
      ? Buffer.from(file.content ?? '', 'utf8')
      : await readSource(file.source, index, loaded.path);
  return {
    kind: 'file',
    content: { kind: 'bytes', bytes },
    mode: file.mode,
    uid: file.uid,
    gid: file.gid,
    mtimeSeconds: epochSeconds,
  };
}

async function readSource(source: string, index: number, recipePath: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(dirname(recipePath), source));
  } catch (error) {
    const reason = `files.${index}.source: ${source} cannot be read`;
    throw fail('RECIPE_INVALID', { path: recipePath, reason }, error);
  }
}
