import { systemClock } from '@carrel/kit';
import { damaged, missing } from '../../format/damaged.ts';
import type { BlobRange, ReadOptions } from '../repository.ts';
import type { HttpConnection } from './http-connection.ts';
import { type HttpAnswer, isWebPage } from './http-exchange.ts';

// A server that ignores ranges is tolerated while what has to be thrown away stays small.
const maxDiscardedBytes = 1024 * 1024;
// A connection that gives less than this in the stall time is given up.
const leastBytesPerStallTime = 16 * 1024;

export interface BlobDownload {
  readonly connection: HttpConnection;
  readonly url: URL;
  readonly digest: string;
  readonly range: BlobRange | undefined;
  readonly options: ReadOptions;
}

/** Streams a blob or a range of it, going on after a broken connection where it broke. */
export async function* downloadBlob(download: BlobDownload): AsyncIterable<Uint8Array> {
  const { connection, range, options } = download;
  const start = range?.offsetBytes ?? 0;
  let end = range === undefined ? undefined : start + range.lengthBytes;
  let position = start;
  let failures = 0;
  while (end === undefined || position < end) {
    const before = position;
    const part = await openPart(download, position, end);
    end ??= part.endBytes;
    try {
      for await (const chunk of withinStallTime(part.chunks, connection)) {
        options.meter?.addBytes(chunk.length);
        await options.limiter?.take(chunk.length, options.signal);
        position += chunk.length;
        yield chunk;
      }
      if (end === undefined) return;
      if (position < end) throw connection.unreachable('the connection ended early');
    } catch (error) {
      const translated = connection.translate(error, options.signal);
      failures = position > before ? 0 : failures + 1;
      if (failures >= 3) throw translated;
      await rethrowUnlessPassing(translated, connection, options.signal);
    }
  }
}

interface Part {
  /** From the position asked for, never beyond the end. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** End of the blob, when the registry says. */
  readonly endBytes: number | undefined;
}

async function openPart(download: BlobDownload, position: number, end: number | undefined): Promise<Part> {
  const { connection, options } = download;
  const isRanged = position > 0 || end !== undefined;
  const range = `bytes=${position}-${end === undefined ? '' : end - 1}`;
  const answer = await connection.send({
    method: 'GET',
    url: download.url,
    headers: isRanged ? { range } : {},
    signal: options.signal,
    meter: options.meter,
  });
  try {
    return readPart(download, answer, position, end);
  } catch (error) {
    await answer.discard();
    throw error;
  }
}

function readPart(download: BlobDownload, answer: HttpAnswer, position: number, end?: number): Part {
  const { connection } = download;
  if (isWebPage(answer)) {
    throw connection.unexpected('it answers with a web page in place of data');
  }
  if (answer.status === 206) {
    const found = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers.get('content-range') ?? '');
    const isAsked = found !== null && Number(found[1]) === position;
    const last = Number(found?.[2]) + 1;
    if (!isAsked || (end !== undefined && last > end)) {
      throw connection.unexpected('it answers with another range than the one asked for');
    }
    return { chunks: answer.body, endBytes: end ?? last };
  }
  if (answer.status === 200) return wholeAnswer(download, answer, position, end);
  if (answer.status === 404) throw missing(`Blob ${download.digest}`, connection.location);
  if (answer.status === 416) {
    throw damaged(`Blob ${download.digest}`, connection.location, 'it is shorter than its size');
  }
  throw connection.unexpected(`it answers with HTTP ${answer.status} to a download`);
}

function wholeAnswer(download: BlobDownload, answer: HttpAnswer, position: number, end?: number): Part {
  const length = Number(answer.headers.get('content-length') ?? Number.NaN);
  const sizeBytes = Number.isSafeInteger(length) ? length : undefined;
  if (position > maxDiscardedBytes) {
    throw download.connection.unexpected(
      'it does not support ranges, so that nothing can be read selectively',
    );
  }
  if (end !== undefined && sizeBytes !== undefined && sizeBytes < end) {
    throw damaged(`Blob ${download.digest}`, download.connection.location, 'it is shorter than its size');
  }
  return { chunks: cut(answer.body, position, end), endBytes: end ?? sizeBytes };
}

async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  end?: number,
): AsyncIterable<Uint8Array> {
  let offset = 0;
  for await (const chunk of chunks) {
    const wanted = chunk.subarray(Math.max(0, start - offset), end === undefined ? undefined : end - offset);
    offset += chunk.length;
    if (wanted.length > 0) yield wanted;
    // Leaving the loop closes the connection, so that the rest is not downloaded.
    if (end !== undefined && offset >= end) return;
  }
}

/** Gives up a connection that trickles; silence alone is the transport's to notice. */
async function* withinStallTime(
  chunks: AsyncIterable<Uint8Array>,
  connection: HttpConnection,
): AsyncIterable<Uint8Array> {
  let waitedMs = 0;
  let received = 0;
  let waitingSince = systemClock.monotonicMs();
  for await (const chunk of chunks) {
    waitedMs += systemClock.monotonicMs() - waitingSince;
    received += chunk.length;
    if (waitedMs > connection.stallTimeoutMs) {
      if (received < leastBytesPerStallTime)
        throw connection.unreachable('the connection is as good as dead');
      [waitedMs, received] = [0, 0];
    }
    yield chunk;
    waitingSince = systemClock.monotonicMs();
  }
}

async function rethrowUnlessPassing(
  error: unknown,
  connection: HttpConnection,
  signal: AbortSignal | undefined,
): Promise<void> {
  // One failed try and one that succeeds: the wait between them is the back-off.
  let isFirst = true;
  await connection.repeat(() => {
    if (!isFirst) return Promise.resolve();
    isFirst = false;
    return Promise.reject(error instanceof Error ? error : new Error('unknown failure', { cause: error }));
  }, signal);
}
