import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { Queries, Row } from '../database/index.ts';
import type { InstancePaths } from '../instance/index.ts';
import { fateOfFile } from './instance-contents.ts';

/** A file of the built-in repository. */
export interface ImageFile {
  /** Path within the instance folder, with `/`. */
  readonly name: string;
  readonly path: string;
}

/** Every file of the built-in repository that is to be kept. What is removed meanwhile is left out. */
export async function* imageFiles(paths: InstancePaths): AsyncGenerator<ImageFile> {
  for await (const path of filesBelow(paths.repository)) {
    const name = relative(paths.folder, path).split(sep).join('/');
    if (fateOfFile(name) !== 'not-needed') yield { name, path };
  }
}

/** Bytes of all of them together, for progress. */
export async function imageBytes(paths: InstancePaths, signal: AbortSignal): Promise<number> {
  let sum = 0;
  for await (const { path } of imageFiles(paths)) {
    signal.throwIfAborted();
    sum += await sizeIfThere(path);
  }
  return sum;
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await openFolderIfThere(folder);
  if (!entries) return;
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

async function openFolderIfThere(path: string) {
  try {
    return await opendir(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function sizeIfThere(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

const contentSchema = z.object({
  config: z.object({ digest: z.string() }).optional(),
  layers: z.array(z.object({ digest: z.string() })).default([]),
});

/** An image version that lies in the built-in repository. */
export type OwnVersion = Pick<Row<'imageVersions'>, 'reference' | 'manifestDigest'>;

/** Those that are not retired. */
export async function ownVersions(queries: Queries): Promise<OwnVersion[]> {
  return queries
    .selectFrom('imageVersions')
    .select(['reference', 'manifestDigest'])
    .where('reference', 'like', 'server:%')
    .where('state', '!=', 'retired')
    .orderBy('reference')
    .execute();
}

/** Names of the versions of which a manifest or a blob is not among the entries. */
export async function missingImages(
  versions: readonly OwnVersion[],
  paths: InstancePaths,
  held: ReadonlySet<string>,
): Promise<string[]> {
  const missing: string[] = [];
  for (const { reference, manifestDigest } of versions) {
    if (!(await isHeld(paths, held, manifestDigest))) missing.push(reference);
  }
  return missing;
}

async function isHeld(paths: InstancePaths, held: ReadonlySet<string>, digest: string): Promise<boolean> {
  if (!held.has(blobName(digest))) return false;
  const content = contentSchema.parse(
    JSON.parse(await readFile(join(paths.folder, blobName(digest)), 'utf8')),
  );
  const blobs = [...content.layers, ...(content.config ? [content.config] : [])];
  return blobs.every((blob) => held.has(blobName(blob.digest)));
}

function blobName(digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return `repository/blobs/sha256/${hex.slice(0, 2)}/${hex}`;
}
