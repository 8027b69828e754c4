import { digestSchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import { schemaReason } from '../../format/schema-reason.ts';

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
/** What `index.json` of an OCI image layout holds. */
export type LayoutIndexFile = z.infer<typeof indexSchema>;

export const emptyIndex: LayoutIndexFile = { schemaVersion: 2, manifests: [] };

/**
 * Reads the text of an `index.json`.
 *
 * @throws {REPOSITORY_ANSWER_UNEXPECTED}
 */
export function parseLayoutIndex(location: string, text: string): LayoutIndexFile {
  const parsed = indexSchema.safeParse(parseJson(location, text));
  if (!parsed.success) throw notALayout(location, schemaReason(parsed.error));
  return parsed.data;
}

export function notALayout(location: string, reason: string, cause?: unknown): Error {
  return fail('REPOSITORY_ANSWER_UNEXPECTED', { repository: location, reason }, cause);
}

export function refNameOf(entry: LayoutEntry): string | undefined {
  return entry.annotations?.[refNameAnnotation];
}

/** The tags of one name, sorted. */
export function tagsOf(entries: readonly LayoutEntry[], name: string): readonly string[] {
  const prefix = `${name}:`;
  return entries
    .map((entry) => refNameOf(entry) ?? '')
    .filter((refName) => refName.startsWith(prefix))
    .map((refName) => refName.slice(prefix.length))
    .toSorted();
}

/** The entry of a tag: as we write them, then as skopeo does when it is given one word or none after the path. */
export function findTag(entries: readonly LayoutEntry[], name: string, tag: string): LayoutEntry | undefined {
  const byName = (refName: string): LayoutEntry | undefined =>
    entries.find((entry) => refNameOf(entry) === refName);
  const exact = byName(`${name}:${tag}`);
  if (exact !== undefined || tag !== 'latest') return exact;
  const isDefault = name === 'image';
  return byName(name) ?? (isDefault && entries.length === 1 ? entries[0] : undefined);
}

function parseJson(location: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notALayout(location, 'its index.json is not JSON', cause);
  }
}
