export { type BuildOptions, type BuildReceipt, buildImage } from './build-image.ts';
export { type LoadedRecipe, parseRecipe, readRecipe } from './recipe/read-recipe.ts';
export type { Recipe } from './recipe/recipe-schema.ts';
