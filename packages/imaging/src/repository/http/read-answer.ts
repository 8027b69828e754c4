import type { TrafficMeter } from '../repository.ts';
import type { HttpConnection } from './http-connection.ts';
import type { HttpAnswer } from './http-exchange.ts';

const maxAnswerBytes = 16 * 1024 * 1024;

export interface ReadAnswerOptions {
  readonly signal?: AbortSignal | undefined;
  readonly meter?: TrafficMeter | undefined;
}

/**
 * Reads the answer to a small request whole.
 *
 * @throws {REPOSITORY_UNREACHABLE} {REPOSITORY_ANSWER_UNEXPECTED} when it is far too long
 */
export async function readAnswer(
  connection: HttpConnection,
  answer: HttpAnswer,
  options: ReadAnswerOptions = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body) {
      options.meter?.addBytes(chunk.length);
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxAnswerBytes) throw connection.unexpected('its answer is far too long');
    }
  } catch (error) {
    throw connection.translate(error, options.signal);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
