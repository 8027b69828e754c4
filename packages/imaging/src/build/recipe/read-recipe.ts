import { readFile } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import { parse, YAMLParseError } from 'yaml';
import { type Recipe, recipeSchema } from './recipe-schema.ts';

export interface LoadedRecipe {
  readonly recipe: Recipe;
  /** The bytes as written; the identities on the disk derive from them. */
  readonly text: string;
  readonly path: string;
}

/**
 * Reads and checks a recipe.
 *
 * @throws {RECIPE_INVALID} naming the field
 * @throws {SOURCE_NOT_FOUND} when there is no such file
 */
export async function readRecipe(path: string): Promise<LoadedRecipe> {
  const text = await readText(path);
  return { recipe: parseRecipe(text, path), text, path };
}

/**
 * Checks the text of a recipe; `path` is only for the message.
 *
 * @throws {RECIPE_INVALID} naming the field
 */
export function parseRecipe(text: string, path: string): Recipe {
  const result = recipeSchema.safeParse(parseYaml(text, path));
  if (result.success) return result.data;
  const reasons = result.error.issues.map((issue) => {
    const field = issue.path.map(String).join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  throw fail('RECIPE_INVALID', { path, reason: reasons.join('; ') }, result.error);
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    const reason = `line ${line ?? '?'}: ${error.message.split('\n')[0] ?? error.code}`;
    throw fail('RECIPE_INVALID', { path, reason }, error);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrorWithCode(error, 'ENOENT')) throw fail('SOURCE_NOT_FOUND', { path }, error);
    if (isErrorWithCode(error, 'EISDIR')) {
      throw fail('RECIPE_INVALID', { path, reason: 'it is a directory' }, error);
    }
    throw error;
  }
}

function isErrorWithCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
