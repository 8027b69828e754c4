import { digestSchema, fail } from '@carrel/contract';
import { type ImageSummary, inspectImage, type RepositoryReader } from '@carrel/imaging';
import { z } from 'zod';
import type { RepositoryStorage } from '../../repository/index.ts';
import { openImageSource } from './open-source.ts';

const descriptorSchema = z.object({ digest: digestSchema, size: z.int().min(0) });
const partsSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });

const concurrentLooks = 8;

/** What a version to be registered must be. */
export interface ExpectedImage {
  readonly reference: string;
  readonly manifestDigest: string;
  readonly keyId: string;
}

/**
 * Looks at an image before it becomes a version: that the reference leads to this manifest, that it was packed with
 * this key, and that every part of it is there in its size. Reads no data.
 *
 * @throws {SOURCE_REFUSED} {REFERENCE_INVALID} {IMAGE_NOT_IN_REPOSITORY} {IMAGE_NOT_CARREL} {REPOSITORY_UNREACHABLE}
 * @throws {MANIFEST_DIFFERS} {IMAGE_KEY_WRONG} {IMAGE_DATA_DAMAGED}
 */
export async function checkSource(
  expected: ExpectedImage,
  place: { readonly storage: RepositoryStorage; readonly allowedRegistries: readonly string[] | null },
  signal: AbortSignal,
): Promise<ImageSummary> {
  await using source = openImageSource(expected.reference, place.storage, place.allowedRegistries);
  const { reader, tagOrDigest } = source;
  const { digest } = await reader.resolve(tagOrDigest, { signal });
  if (digest !== expected.manifestDigest) {
    throw fail('MANIFEST_DIFFERS', {
      reference: expected.reference,
      found: digest,
      expected: expected.manifestDigest,
    });
  }
  const summary = await inspectImage(reader, digest, signal);
  if (summary.keyId !== expected.keyId) throw fail('IMAGE_KEY_WRONG', { keyId: summary.keyId });
  await checkParts(reader, digest, signal);
  return summary;
}

async function checkParts(reader: RepositoryReader, digest: string, signal: AbortSignal): Promise<void> {
  const manifest = await reader.resolve(digest, { signal });
  const { config, layers } = partsSchema.parse(JSON.parse(Buffer.from(manifest.bytes).toString('utf8')));
  const parts = [config, ...layers].values();
  const lookAtNext = async (): Promise<void> => {
    for (const part of parts) {
      signal.throwIfAborted();
      const sizeBytes = await reader.blobSize(part.digest, { signal });
      if (sizeBytes === part.size) continue;
      const reason =
        sizeBytes === undefined ? 'it is not there' : `it has ${sizeBytes} bytes, not ${part.size}`;
      throw fail('IMAGE_DATA_DAMAGED', { what: `Blob ${part.digest}`, source: reader.location, reason });
    }
  };
  await Promise.all(Array.from({ length: concurrentLooks }, lookAtNext));
}
