import { read } from 'node:fs';
import { promisify } from 'node:util';
import { fail } from '@carrel/contract';
import type { BlobRange, ReadOptions, RepositoryReader, StoredManifest } from '@carrel/imaging';
import { isDigest, isTag, type RepositoryName, type RepositoryStorage } from '../../repository/index.ts';

const readFile = promisify(read);
const pieceBytes = 1024 * 1024;

/**
 * Reads images of one name straight from the storage of the built-in repository. What is looked at is kept from
 * garbage collection for a while, as a push would: somebody is about to rely on it.
 */
export function createBuiltInReader(storage: RepositoryStorage, name: RepositoryName): RepositoryReader {
  const location = `server:${name}`;
  return {
    location,
    resolve: (tagOrDigest, options = {}) => resolve(storage, name, tagOrDigest, options),
    readBlob: (digest, range, options = {}) => readBlob(storage, name, digest, range, options),
    blobSize: async (digest) => {
      if (!isDigest(digest)) return undefined;
      storage.blobs.keepForPush(digest);
      const blob = await storage.blobs.open(name, digest);
      blob?.release();
      return blob?.sizeBytes;
    },
    listTags: () => storage.manifests.listTags(name),
    listManifests: () => storage.manifests.listTags(name),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function resolve(
  storage: RepositoryStorage,
  name: RepositoryName,
  tagOrDigest: string,
  options: ReadOptions,
): Promise<StoredManifest> {
  options.signal?.throwIfAborted();
  const digest = isDigest(tagOrDigest)
    ? tagOrDigest
    : isTag(tagOrDigest) && (await storage.manifests.resolveTag(name, tagOrDigest));
  if (digest) storage.blobs.keepForPush(digest);
  const manifest = digest && (await storage.manifests.read(name, digest));
  if (!manifest) throw fail('IMAGE_NOT_IN_REPOSITORY', { reference: `server:${name}:${tagOrDigest}` });
  options.meter?.addRequest();
  options.meter?.addBytes(manifest.bytes.length);
  return manifest;
}

async function* readBlob(
  storage: RepositoryStorage,
  name: RepositoryName,
  digest: string,
  range: BlobRange | undefined,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const damaged = (reason: string): Error =>
    fail('IMAGE_DATA_DAMAGED', { what: `Blob ${digest}`, source: `server:${name}`, reason });
  const blob = isDigest(digest) ? await storage.blobs.open(name, digest) : undefined;
  if (!blob) throw damaged('it is not there');
  try {
    options.meter?.addRequest();
    let position = range?.offsetBytes ?? 0;
    const end = range ? range.offsetBytes + range.lengthBytes : blob.sizeBytes;
    if (end > blob.sizeBytes) throw damaged('it is shorter than its size');
    while (position < end) {
      options.signal?.throwIfAborted();
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - position));
      const { bytesRead } = await readFile(blob.fileDescriptor, piece, 0, piece.length, position);
      if (bytesRead === 0) throw damaged('it is shorter than its size');
      position += bytesRead;
      options.meter?.addBytes(bytesRead);
      await options.limiter?.take(bytesRead, options.signal);
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    blob.release();
  }
}
