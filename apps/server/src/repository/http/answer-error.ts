import { type AppError, isAbortError, isAppError } from '@carrel/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ociFail } from '../errors.ts';
import { isDiskFull } from '../storage/durable-files.ts';
import { receivedRange } from './range.ts';

/** Answers a failure in the error format of OCI Distribution 1.1. */
export async function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (request.raw.destroyed && !request.raw.complete) {
    // The sender went away in the middle of its body; there is nobody to answer.
    request.log.debug({ err: error }, 'repository request broken off');
    reply.hijack();
    reply.raw.destroy();
    return;
  }
  const known = knownError(error);
  if (!known) request.log.error({ err: error }, 'repository request failed');
  const status = known?.httpStatus ?? 500;
  const body = {
    code: known?.code ?? 'UNKNOWN',
    message: known ? `${known.message} ${known.remedy}` : 'Something went wrong that should not have.',
    detail: known?.details ?? { requestId: request.id },
  };
  if (status === 401) void reply.header('www-authenticate', 'Basic realm="carrel"');
  const { retryAfterSeconds } = known?.details ?? {};
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds);
  if (status === 416 && typeof known?.details.receivedBytes === 'number') {
    void reply.header('range', receivedRange(known.details.receivedBytes));
  }
  // What is still on its way has to go somewhere, or the connection would be stuck for the next request.
  request.raw.resume();
  await reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ errors: [body] }));
}

function knownError(error: unknown): AppError | undefined {
  if (isAppError(error)) return error;
  if (isDiskFull(error)) return ociFail('DISK_FULL', {}, error);
  return isAbortError(error)
    ? ociFail('BLOB_UPLOAD_INVALID', { reason: 'another request went on with it' })
    : undefined;
}
