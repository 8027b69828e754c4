import { readFile } from 'node:fs/promises';
import { digestSchema } from '@carrel/contract';
import { mediaTypes } from '@carrel/imaging';
import { z } from 'zod';
import type { BlobFolder } from './blob-folder.ts';

const descriptorSchema = z.object({ mediaType: z.string(), digest: digestSchema, size: z.int().min(0) });
const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });

/** What of an image is kept beside its manifest. */
export interface IndexBlob {
  readonly digest: string;
  readonly size: number;
}

/** Everything a manifest names but the packs; nothing when it cannot be understood, which is for others to tell. */
export function indexBlobsOf(manifest: Uint8Array): readonly IndexBlob[] {
  const parsed = manifestSchema.safeParse(parseJson(manifest));
  if (!parsed.success) return [];
  const { config, layers } = parsed.data;
  return [config, ...layers].filter(({ mediaType }) => mediaType !== mediaTypes.pack);
}

/** The same of a manifest that is kept; `undefined` when it is not. */
export async function keptIndexBlobs(
  blobs: BlobFolder,
  manifestDigest: string,
): Promise<readonly IndexBlob[] | undefined> {
  if (!(await blobs.isHere(manifestDigest))) return undefined;
  return indexBlobsOf(await readFile(blobs.pathOf(manifestDigest)));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
