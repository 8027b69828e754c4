import { fail, problemContentType, toProblem } from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { availabilityError } from '../database/index.ts';

/** Answers with the problem document of a failure; one nobody foresaw is logged here, once. */
export async function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const known = knownError(error);
  if (known) return sendProblem(known, reply);
  request.log.error({ err: error, requestId: request.id }, 'unexpected failure');
  return sendProblem(fail('INTERNAL', { requestId: request.id }, error), reply);
}

export async function answerNotFound(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = request.url.split('?', 1)[0] ?? '';
  return sendProblem(fail('NOT_FOUND', { kind: 'address', id: `${request.method} ${path}` }), reply);
}

async function sendProblem(error: AppError, reply: FastifyReply): Promise<FastifyReply> {
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', String(retryAfterSeconds));
  if (error.httpStatus === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(error.httpStatus)
    .type(problemContentType)
    .serializer((problem: unknown) => JSON.stringify(problem))
    .send(toProblem(error));
}

/** The error as the catalogue has it; `undefined` for what should not have happened. */
function knownError(error: unknown): AppError | undefined {
  if (isAppError(error)) return error;
  const available = availabilityError(error);
  if (isAppError(available)) return available;
  if (!isFastifyError(error) || error.statusCode === undefined || error.statusCode >= 500) return undefined;
  if (error.statusCode === 413) return fail('REQUEST_TOO_LARGE', {}, error);
  return fail('REQUEST_INVALID', { reason: error.message }, error);
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
