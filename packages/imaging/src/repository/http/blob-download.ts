import type { BlobRange, ReadOptions } from '../repository.ts';
import type { HttpConnection } from './http-connection.ts';
import { type ReceivedPart, readPart } from './read-part.ts';

// What breaks or stops again and again has to give so much in between, or it is given up.
const progressBytes = 64 * 1024;

export interface BlobDownload {
  readonly connection: HttpConnection;
  readonly url: URL;
  readonly digest: string;
  readonly range: BlobRange | undefined;
  readonly options: ReadOptions;
}

/**
 * Streams a blob or a range of it, going on after a broken connection at the byte reached.
 *
 * @throws what `RepositoryReader.readBlob` throws
 */
export async function* downloadBlob(download: BlobDownload): AsyncIterable<Uint8Array> {
  const { connection, range, options } = download;
  let position = range?.offsetBytes ?? 0;
  let end = range === undefined ? undefined : position + range.lengthBytes;
  let failures = 0;
  while (end === undefined || position < end) {
    const start = position;
    const part = await openPart(download, start, end);
    end ??= part.endBytes;
    try {
      for await (const chunk of part.chunks) {
        position += chunk.length;
        yield chunk;
      }
      if (end === undefined) return;
      const isEnough = position >= Math.min(part.stopBytes ?? end, start + progressBytes);
      if (position < end && !isEnough) throw connection.unreachable('the connection ended early');
    } catch (error) {
      failures = position - start >= progressBytes ? 1 : failures + 1;
      await connection.pauseAfter(connection.translate(error, options.signal), failures, options.signal);
    }
  }
}

async function openPart(
  download: BlobDownload,
  start: number,
  end: number | undefined,
): Promise<ReceivedPart> {
  const { connection, digest, range, url, options } = download;
  const isWhole = start === 0 && (end === undefined || end === range?.blobBytes);
  const header = `bytes=${start}-${end === undefined ? '' : end - 1}`;
  const answer = await connection.send({
    method: 'GET',
    url,
    headers: { 'accept-encoding': 'identity', ...(isWhole ? {} : { range: header }) },
    signal: options.signal,
    meter: options.meter,
  });
  const body = taken(answer.body, options);
  try {
    const wanted = { connection, digest, startBytes: start, endBytes: end, isRanged: !isWhole };
    return readPart(wanted, { ...answer, body });
  } catch (error) {
    await answer.discard();
    throw error;
  }
}

async function* taken(chunks: AsyncIterable<Uint8Array>, options: ReadOptions): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    options.meter?.addBytes(chunk.length);
    await options.limiter?.take(chunk.length, options.signal);
    yield chunk;
  }
}
