import { createHash } from 'node:crypto';
import { damaged } from '../format/damaged.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlobRange, ReadOptions, RepositoryReader } from '../repository/repository.ts';

/**
 * Reads a range of a blob into one buffer of its own.
 *
 * @throws {IMAGE_DATA_DAMAGED} when the repository gives another number of bytes
 */
export async function readRange(
  repository: RepositoryReader,
  digest: string,
  range: BlobRange,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(range.lengthBytes);
  let length = 0;
  for await (const chunk of repository.readBlob(digest, range, options)) {
    const hasRoom = length + chunk.length <= bytes.length;
    if (!hasRoom) throw damaged(`Blob ${digest}`, repository.location, 'more came than was asked for');
    bytes.set(chunk, length);
    length += chunk.length;
    releaseBuffer(chunk);
  }
  if (length < bytes.length)
    throw damaged(`Blob ${digest}`, repository.location, 'it is shorter than its size');
  return bytes;
}

/**
 * Reads a small blob whole and checks its digest.
 *
 * @throws {IMAGE_DATA_DAMAGED}
 */
export async function readVerifiedBlob(
  repository: RepositoryReader,
  blob: { readonly digest: string; readonly sizeBytes: number },
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const range = { offsetBytes: 0, lengthBytes: blob.sizeBytes, blobBytes: blob.sizeBytes };
  const bytes = await readRange(repository, blob.digest, range, options);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest !== blob.digest)
    throw damaged(`Blob ${blob.digest}`, repository.location, 'it has another digest');
  return bytes;
}
