import type { HttpConnection } from '../http/http-connection.ts';
import type { HttpAnswer } from '../http/http-exchange.ts';
import type { BlobContent } from '../repository.ts';

// An upload that breaks again and again has to get so much further in between, or it is given up.
const progressBytes = 64 * 1024;

export interface BlobUpload {
  readonly connection: HttpConnection;
  /** Where uploads of the name begin. */
  readonly url: URL;
  /** Where the blob will be. */
  readonly blobUrl: URL;
  readonly content: BlobContent;
  readonly signal: AbortSignal | undefined;
  /** The error for an answer that is none to an upload. */
  readonly refuse: (answer: HttpAnswer) => Promise<Error>;
}

/** How far an upload has come at the registry. */
interface Standing {
  readonly location: URL;
  readonly receivedBytes: number;
}

/**
 * Sends a blob (OCI distribution specification, "Pushing blobs"). After a broken connection it goes on where the
 * registry says that the upload stands; one that cannot say so is sent the blob again.
 *
 * @throws {REPOSITORY_UNREACHABLE} {REPOSITORY_REFUSED}, and what `refuse` makes
 */
export async function uploadBlob(upload: BlobUpload): Promise<void> {
  const { connection, signal } = upload;
  let last: Standing | undefined;
  for (let failures = 0; ; ) {
    const before: number = last?.receivedBytes ?? 0;
    try {
      if (failures > 0 && (await isStored(upload))) return;
      last = (last && (await askStanding(upload, last.location))) ?? (await begin(upload));
      const refusal = await sendRest(upload, last);
      if (refusal === undefined) return;
      if (last.receivedBytes === 0) throw refusal;
      // What the registry had kept may be at fault, so the blob is sent once more from its start.
      last = undefined;
      throw connection.unreachable('it did not take the rest of an upload', refusal);
    } catch (error) {
      failures = (last?.receivedBytes ?? 0) - before >= progressBytes ? 1 : failures + 1;
      await connection.pauseAfter(error, failures, signal);
    }
  }
}

async function begin({ connection, url, signal, refuse }: BlobUpload): Promise<Standing> {
  const answer = await connection.send({ method: 'POST', url, headers: { 'content-length': '0' }, signal });
  const location = locationOf(answer);
  if (answer.status !== 202 || location === undefined) throw await refuse(answer);
  await answer.discard();
  return { location, receivedBytes: 0 };
}

/** `undefined` when the registry does not know the upload any more, or has nothing of it. */
async function askStanding(upload: BlobUpload, url: URL): Promise<Standing | undefined> {
  const { connection, content, signal } = upload;
  const answer = await connection.send({ method: 'GET', url, signal });
  await answer.discard();
  const lastByte = Number(/^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1] ?? 0);
  // Nothing and a single byte are both written 0-0.
  if (answer.status !== 204 || lastByte === 0 || lastByte >= content.sizeBytes) return undefined;
  return { location: locationOf(answer) ?? url, receivedBytes: lastByte + 1 };
}

/** The blob was taken, and only its answer was lost. */
async function isStored({ connection, blobUrl, content, signal }: BlobUpload): Promise<boolean> {
  return (await connection.sizeOf(blobUrl, { signal })) === content.sizeBytes;
}

/** @returns why the registry did not take it, `undefined` when it did */
async function sendRest(
  upload: BlobUpload,
  { location, receivedBytes }: Standing,
): Promise<Error | undefined> {
  const { connection, content, signal, refuse } = upload;
  const url = new URL(location);
  url.searchParams.set('digest', content.digest);
  const { sizeBytes } = content;
  const isPart = receivedBytes > 0 && receivedBytes < sizeBytes;
  const answer = await connection.sendOnce({
    method: 'PUT',
    url,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(sizeBytes - receivedBytes),
      ...(isPart ? { 'content-range': `${receivedBytes}-${sizeBytes - 1}` } : {}),
    },
    ...(receivedBytes === sizeBytes ? {} : { body: () => chunksFrom(content, receivedBytes) }),
    signal,
  });
  if (answer.status !== 201) return await refuse(answer);
  await answer.discard();
  return undefined;
}

async function* chunksFrom(content: BlobContent, startBytes: number): AsyncIterable<Uint8Array> {
  let offset = 0;
  for await (const chunk of content.chunks()) {
    const rest = chunk.subarray(Math.max(0, startBytes - offset));
    offset += chunk.length;
    if (rest.length > 0) yield rest;
  }
}

function locationOf(answer: HttpAnswer): URL | undefined {
  const location = answer.headers.get('location');
  return location !== undefined && URL.canParse(location, answer.url)
    ? new URL(location, answer.url)
    : undefined;
}
