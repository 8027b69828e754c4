import { fail } from '@carrel/contract';
import type { BuildContext } from '../build-context.ts';
import type { LoadedRecipe } from '../recipe/read-recipe.ts';
import type { SystemContent } from '../system-content.ts';

export async function buildDebian(loaded: LoadedRecipe, context: BuildContext): Promise<SystemContent> {
  context.onProgress({ phase: 'resolve' });
  return Promise.reject(
    fail('RECIPE_INVALID', { path: loaded.path, reason: 'mode: debian is not there yet' }),
  );
}
