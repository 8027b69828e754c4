import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ociFail } from '../errors.ts';
import { digestOfHex, type Reference, type RepositoryName } from '../names.ts';
import type { Exchange } from './exchange.ts';

/** Larger than any manifest a client makes, small enough to be read into memory. */
const maximumManifestBytes = 4 * 1024 * 1024;

/** Answers with a manifest in the media type it was pushed with. */
export async function getManifest(
  exchange: Exchange,
  name: RepositoryName,
  reference: Reference,
): Promise<void> {
  const { reply, request, storage } = exchange;
  const digest =
    reference.kind === 'digest' ? reference.digest : await storage.manifests.resolveTag(name, reference.tag);
  const manifest = digest && (await storage.manifests.read(name, digest));
  if (!manifest) throw ociFail('MANIFEST_UNKNOWN', { reference: nameOf(reference), name });
  const entityTag = `"${manifest.digest}"`;
  void reply
    .header('content-type', manifest.mediaType)
    .header('docker-content-digest', manifest.digest)
    .header('etag', entityTag)
    // A tag may move at any time; content under its digest stays.
    .header(
      'cache-control',
      reference.kind === 'tag' ? 'private, no-cache' : 'private, max-age=31536000, immutable',
    );
  if (request.headers['if-none-match'] === entityTag) {
    await reply.code(304).send();
    return;
  }
  await reply.code(200).header('content-length', manifest.bytes.length).send(manifest.bytes);
}

/** Stores the manifest in the body under its digest and, when named by one, under a tag. */
export async function putManifest(
  exchange: Exchange,
  name: RepositoryName,
  reference: Reference,
): Promise<void> {
  const { reply, request, storage } = exchange;
  const bytes = await readBody(request.raw);
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (reference.kind === 'digest') {
    const actual = digestOfHex(createHash('sha256').update(bytes).digest('hex'));
    if (actual !== reference.digest) throw ociFail('DIGEST_INVALID', { digest: reference.digest });
  }
  const tag = reference.kind === 'tag' ? reference.tag : undefined;
  const { digest, subject } = await storage.manifests.put(name, bytes, mediaType, tag);
  if (subject) void reply.header('oci-subject', subject);
  await reply
    .code(201)
    .header('location', `/v2/${name}/manifests/${digest}`)
    .header('docker-content-digest', digest)
    .send();
}

/** Removes a tag, or a manifest with all its tags. */
export async function deleteManifest(
  { reply, storage }: Exchange,
  name: RepositoryName,
  reference: Reference,
): Promise<void> {
  const wasThere =
    reference.kind === 'tag'
      ? await storage.manifests.removeTag(name, reference.tag)
      : await storage.manifests.remove(name, reference.digest);
  if (!wasThere) throw ociFail('MANIFEST_UNKNOWN', { reference: nameOf(reference), name });
  await reply.code(202).send();
}

async function readBody(source: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  // Kept open when the limit is passed, so that the answer reaches the sender.
  const incoming: AsyncIterable<Uint8Array> = source.iterator({ destroyOnReturn: false });
  for await (const chunk of incoming) {
    sizeBytes += chunk.length;
    if (sizeBytes > maximumManifestBytes) {
      throw ociFail('MANIFEST_TOO_LARGE', { limitBytes: maximumManifestBytes });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function nameOf(reference: Reference): string {
  return reference.kind === 'tag' ? reference.tag : reference.digest;
}
