import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ociFail } from '../errors.ts';
import type { Digest, RepositoryName } from '../names.ts';
import type { OpenBlob } from '../storage/open-blobs.ts';
import type { Exchange } from './exchange.ts';
import type { PiecePool } from './piece-pool.ts';
import { type ByteRange, parseRange } from './range.ts';
import { sendBytes } from './send-bytes.ts';

/** Answers a request for a blob or a range of it. A digest's content never changes, so it may be cached for ever. */
export async function getBlob(exchange: Exchange, name: RepositoryName, digest: Digest): Promise<void> {
  const { storage, caller } = exchange;
  const blob = await storage.blobs.open(name, digest);
  if (!blob) throw ociFail('BLOB_UNKNOWN', { digest, name });
  try {
    if (caller.canPush) storage.blobs.keepForPush(digest);
    await answer(exchange, blob, digest);
  } finally {
    blob.release();
  }
}

/** Takes a blob from a name. */
export async function deleteBlob(exchange: Exchange, name: RepositoryName, digest: Digest): Promise<void> {
  if (!(await exchange.storage.blobs.remove(name, digest))) throw ociFail('BLOB_UNKNOWN', { digest, name });
  await exchange.reply.code(202).send();
}

async function answer({ request, reply, pieces }: Exchange, blob: OpenBlob, digest: Digest): Promise<void> {
  const { headers, method } = request;
  const entityTag = `"${digest}"`;
  const head: OutgoingHttpHeaders = {
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    etag: entityTag,
  };
  const send = (status: number, more: OutgoingHttpHeaders): void => {
    // Written past Fastify: its reply would wrap the bytes in one more stream, and this is where the time goes.
    reply.hijack();
    for (const [header, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(header, value);
    }
    reply.raw.writeHead(status, { ...head, ...more });
  };
  if (matches(headers['if-none-match'], entityTag)) {
    send(304, {});
    reply.raw.end();
    return;
  }
  const isWholeWanted =
    method === 'HEAD' || (headers['if-range'] !== undefined && headers['if-range'] !== entityTag);
  const range = isWholeWanted ? 'whole' : parseRange(headers.range, blob.sizeBytes);
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${blob.sizeBytes}`);
    throw ociFail('RANGE_INVALID', { reason: `the blob has ${blob.sizeBytes} bytes` });
  }
  const bytes: ByteRange = range === 'whole' ? { start: 0, end: blob.sizeBytes - 1 } : range;
  const lengthBytes = bytes.end - bytes.start + 1;
  if (range === 'whole') send(200, { 'content-length': lengthBytes });
  else {
    const contentRange = `bytes ${bytes.start}-${bytes.end}/${blob.sizeBytes}`;
    send(206, { 'content-length': lengthBytes, 'content-range': contentRange });
  }
  if (method === 'HEAD' || lengthBytes === 0) reply.raw.end();
  else await sendOrBreakOff(reply.raw, blob, bytes, pieces);
}

/** The head is out: a failure now can only be shown by ending the connection before the length promised. */
async function sendOrBreakOff(
  response: ServerResponse,
  blob: OpenBlob,
  range: ByteRange,
  pieces: PiecePool,
): Promise<void> {
  try {
    await sendBytes(response, blob, range, pieces);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function matches(header: string | undefined, entityTag: string): boolean {
  if (header === undefined) return false;
  return header === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === entityTag);
}
