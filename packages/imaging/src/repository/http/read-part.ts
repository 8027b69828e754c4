import { fail } from '@carrel/contract/errors';
import { damaged, missing } from '../../format/damaged.ts';
import type { HttpConnection } from './http-connection.ts';
import { type HttpAnswer, isWebPage } from './http-exchange.ts';

/** A stretch of a blob that was asked for. */
export interface WantedPart {
  readonly connection: HttpConnection;
  readonly digest: string;
  readonly startBytes: number;
  /** `undefined`: to the end of the blob. */
  readonly endBytes: number | undefined;
  readonly isRanged: boolean;
}

/** What an answer gives of it. */
export interface ReceivedPart {
  /** From the start that was asked for, never beyond its end. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The end that was asked for, else that of the blob when the server says. */
  readonly endBytes: number | undefined;
  /** Where this answer stops, when it says. */
  readonly stopBytes: number | undefined;
}

/**
 * Makes of the answer to a GET what was asked for.
 *
 * @throws {IMAGE_DATA_MISSING} {IMAGE_DATA_DAMAGED} {REPOSITORY_ANSWER_UNEXPECTED} {REPOSITORY_WITHOUT_RANGES}
 */
export function readPart(wanted: WantedPart, answer: HttpAnswer): ReceivedPart {
  const { connection, digest } = wanted;
  if (answer.status === 404) throw missing(`Blob ${digest}`, connection.location);
  if (answer.status === 416) throw tooShort(wanted);
  if (isWebPage(answer)) throw connection.unexpected('it answers with a web page in place of data');
  const coding = answer.headers.get('content-encoding') ?? 'identity';
  if (coding !== 'identity') throw connection.unexpected(`it sends data with the content coding ${coding}`);
  if (answer.status === 206) return rangeAnswer(wanted, answer);
  if (answer.status === 200) return wholeAnswer(wanted, answer);
  throw connection.unexpected(`it answers with HTTP ${answer.status} to a download`);
}

function rangeAnswer(wanted: WantedPart, answer: HttpAnswer): ReceivedPart {
  const { connection, startBytes, endBytes, isRanged } = wanted;
  const found = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers.get('content-range') ?? '');
  const [first, end, size] = [Number(found?.[1]), Number(found?.[2]) + 1, Number(found?.[3])];
  const isAsked = isRanged && found !== null && first === startBytes && end > startBytes;
  if (!isAsked || (endBytes !== undefined && end > endBytes)) {
    throw connection.unexpected('it answers with another range than the one asked for');
  }
  if (endBytes !== undefined && size < endBytes) throw tooShort(wanted);
  return {
    chunks: stretch(answer.body, 0, end - startBytes),
    endBytes: endBytes ?? (Number.isNaN(size) ? end : size),
    stopBytes: end,
  };
}

function wholeAnswer(wanted: WantedPart, answer: HttpAnswer): ReceivedPart {
  const { connection, startBytes, endBytes } = wanted;
  const length = Number(answer.headers.get('content-length') ?? Number.NaN);
  const sizeBytes = Number.isSafeInteger(length) ? length : undefined;
  if (endBytes !== undefined && sizeBytes !== undefined && sizeBytes < endBytes) throw tooShort(wanted);
  const wantedBytes = (endBytes ?? sizeBytes ?? startBytes) - startBytes;
  if (!connection.discards.spend(startBytes, wantedBytes)) {
    throw fail('REPOSITORY_WITHOUT_RANGES', { repository: connection.location });
  }
  const stopBytes = endBytes ?? sizeBytes;
  return { chunks: stretch(answer.body, startBytes, endBytes), endBytes: stopBytes, stopBytes };
}

/** The bytes from `start` to `end` of a stream, which is left as soon as they came. */
async function* stretch(
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  end: number | undefined,
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

function tooShort({ connection, digest }: WantedPart): Error {
  return damaged(`Blob ${digest}`, connection.location, 'it is shorter than its size');
}
