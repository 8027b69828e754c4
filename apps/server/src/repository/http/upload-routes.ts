import { ociFail } from '../errors.ts';
import { type Digest, isDigest, isRepositoryName, type RepositoryName } from '../names.ts';
import type { UploadPart, UploadStatus } from '../storage/uploads.ts';
import type { Exchange } from './exchange.ts';
import { parseContentRange, receivedRange } from './range.ts';

/**
 * Begins an upload. With `mount` and `from`, a blob that another name has is taken over and nothing is sent; with
 * `digest`, the body is the whole blob.
 */
export async function beginUpload(exchange: Exchange, name: RepositoryName): Promise<void> {
  const { query, storage } = exchange;
  const mount = query.get('mount');
  const from = query.get('from');
  if (mount !== null && from !== null) {
    const digest = parseDigest(mount);
    if (!isRepositoryName(from)) throw ociFail('NAME_INVALID', {});
    if (await storage.blobs.mount(name, digest, from)) {
      await sendCreated(exchange, name, digest);
      return;
    }
  }
  const text = query.get('digest');
  if (text === null) {
    await sendStatus(exchange, name, await storage.uploads.begin(name), 202);
    return;
  }
  const digest = parseDigest(text);
  await storage.uploads.receiveWhole(name, digest, partOf(exchange));
  await sendCreated(exchange, name, digest);
}

/** Tells how much of an upload is here. */
export async function getUpload(exchange: Exchange, name: RepositoryName, id: string): Promise<void> {
  await sendStatus(exchange, name, await exchange.storage.uploads.status(name, id), 204);
}

/** Appends the body to an upload. */
export async function patchUpload(exchange: Exchange, name: RepositoryName, id: string): Promise<void> {
  const status = await exchange.storage.uploads.append(name, id, partOf(exchange));
  await sendStatus(exchange, name, status, 202);
}

/** Appends the body, if there is one, and makes the upload a blob. */
export async function putUpload(exchange: Exchange, name: RepositoryName, id: string): Promise<void> {
  const digest = parseDigest(exchange.query.get('digest') ?? '');
  await exchange.storage.uploads.finish(name, id, digest, partOf(exchange));
  await sendCreated(exchange, name, digest);
}

/** Takes an upload back. */
export async function deleteUpload(
  { reply, storage }: Exchange,
  name: RepositoryName,
  id: string,
): Promise<void> {
  await storage.uploads.cancel(name, id);
  await reply.code(204).send();
}

function partOf({ request }: Exchange): UploadPart {
  const { headers, raw } = request;
  const announced = headers['content-range'];
  if (announced === undefined) return { source: raw };
  const range = parseContentRange(announced);
  if (!range) throw ociFail('RANGE_INVALID', { reason: 'Content-Range is not START-END' });
  const lengthBytes = range.end - range.start + 1;
  const contentLength = headers['content-length'];
  if (contentLength !== undefined && Number(contentLength) !== lengthBytes) {
    throw ociFail('SIZE_INVALID', { reason: 'Content-Length and Content-Range disagree' });
  }
  return { source: raw, offsetBytes: range.start, lengthBytes };
}

function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw ociFail('DIGEST_INVALID', { digest: text.slice(0, 100) });
  return text;
}

async function sendStatus(
  { reply }: Exchange,
  name: RepositoryName,
  status: UploadStatus,
  code: 202 | 204,
): Promise<void> {
  await reply
    .code(code)
    .header('location', `/v2/${name}/blobs/uploads/${status.id}`)
    .header('docker-upload-uuid', status.id)
    .header('range', receivedRange(status.receivedBytes))
    .send();
}

async function sendCreated({ reply }: Exchange, name: RepositoryName, digest: Digest): Promise<void> {
  await reply
    .code(201)
    .header('location', `/v2/${name}/blobs/${digest}`)
    .header('docker-content-digest', digest)
    .send();
}
