import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestSchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import { digestOf } from '../format/manifest.ts';
import type { LayoutEntry } from '../repository/layout/layout-entries.ts';

const referenceSchema = z.object({ digest: digestSchema });

/** What manifests and indexes of any kind refer to (OCI image specification 1.1). */
const referringSchema = z.object({
  config: referenceSchema.optional(),
  layers: z.array(referenceSchema).default([]),
  blobs: z.array(referenceSchema).default([]),
  manifests: z.array(referenceSchema).default([]),
});

/**
 * Digests of all blobs that the entries need: their manifests, those these list, and what they refer to.
 *
 * @throws {REPOSITORY_ANSWER_UNEXPECTED} when one cannot be read: what it needs would not be known
 */
export async function neededBlobs(folder: string, entries: readonly LayoutEntry[]): Promise<Set<string>> {
  const needed = new Set<string>();
  const waiting = entries.map((entry) => entry.digest);
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (needed.has(digest)) continue;
    needed.add(digest);
    const { config, layers, blobs, manifests } = await readReferring(folder, digest);
    for (const blob of [...(config === undefined ? [] : [config]), ...layers, ...blobs])
      needed.add(blob.digest);
    waiting.push(...manifests.map((manifest) => manifest.digest));
  }
  return needed;
}

async function readReferring(folder: string, digest: string): Promise<z.infer<typeof referringSchema>> {
  const refuse = (reason: string, cause?: unknown): Error =>
    fail('REPOSITORY_ANSWER_UNEXPECTED', { repository: folder, reason: `${digest} ${reason}` }, cause);
  const path = join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
  const bytes = await readFile(path).catch((error: unknown) => {
    throw refuse('cannot be read', error);
  });
  if (digestOf(bytes) !== digest) throw refuse('has another digest');
  try {
    return referringSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw refuse('is no manifest', error);
  }
}
