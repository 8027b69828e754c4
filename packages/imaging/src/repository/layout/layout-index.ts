import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestSchema, fail } from '@carrel/contract';
import { z } from 'zod';
import { writeFileDurably } from '../../storage/durable-file.ts';
import { isErrno } from '../../storage/errno.ts';
import { withFileLock } from '../../storage/file-lock.ts';

export const refNameAnnotation = 'org.opencontainers.image.ref.name';

// Loose: what other tools wrote into the index is kept.
const entrySchema = z.looseObject({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type LayoutEntry = z.infer<typeof entrySchema>;

const indexSchema = z.looseObject({ schemaVersion: z.literal(2), manifests: z.array(entrySchema) });
type LayoutIndexFile = z.infer<typeof indexSchema>;

/**
 * The manifests of a layout (`index.json`); empty where there is no layout yet.
 *
 * @throws {REPOSITORY_ANSWER_UNEXPECTED} when the folder is not an OCI layout
 */
export async function readLayoutIndex(folder: string): Promise<LayoutIndexFile> {
  const path = join(folder, 'index.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined;
    if (isErrno(error, 'ENOTDIR')) throw notALayout(folder, 'it is not a folder', error);
    throw error;
  });
  if (text === undefined) return { schemaVersion: 2, manifests: [] };
  const parsed = indexSchema.safeParse(parseJson(folder, text));
  if (!parsed.success) throw notALayout(folder, z.prettifyError(parsed.error));
  return parsed.data;
}

/** Puts an entry under its name in place of the one that had it, under a lock. */
export async function putLayoutEntry(folder: string, entry: LayoutEntry): Promise<void> {
  await withFileLock(join(folder, '.index.lock'), async () => {
    const index = await readLayoutIndex(folder);
    const name = refNameOf(entry);
    const others = index.manifests.filter((other) => refNameOf(other) !== name);
    await writeJson(join(folder, 'index.json'), { ...index, manifests: [...others, entry] });
  });
}

/** Writes the file that says that a folder is an OCI layout. */
export async function writeLayoutMarker(folder: string): Promise<void> {
  await writeJson(join(folder, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
}

export function refNameOf(entry: LayoutEntry): string | undefined {
  return entry.annotations?.[refNameAnnotation];
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileDurably(path, (file) => file.writeFile(`${JSON.stringify(value)}\n`));
}

function parseJson(folder: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notALayout(folder, 'its index.json is not JSON', cause);
  }
}

function notALayout(folder: string, reason: string, cause?: unknown): Error {
  return fail('REPOSITORY_ANSWER_UNEXPECTED', { repository: folder, reason }, cause);
}
