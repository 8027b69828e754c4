import { Readable } from 'node:stream';
import { fail, type Route } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../access/index.ts';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Services } from '../services.ts';
import type { Authenticator } from './authenticator.ts';
import { bodyLimitOf } from './body-limits.ts';
import { actorOf, type Caller } from './caller.ts';
import { answerError } from './error-answer.ts';
import type { AuditNote, Exchange, Router, StreamedAnswer } from './exchange.ts';
import { parseRequest } from './parse-request.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the caller is known. */
    caller: Caller;
    /** The body as it came, for what was signed over it. */
    rawBody: Buffer | undefined;
  }
  interface FastifyContextConfig {
    /** The operation of the contract this route is. */
    operation?: Route;
  }
}

/**
 * The one way routes of the contract come to be served: who calls is found out and judged first, then the request is
 * parsed by the contract's schemas, the handler runs, and its answer is held against the contract.
 */
export function createRouter(app: FastifyInstance, services: Services, authenticator: Authenticator): Router {
  return {
    handle: (route, handler) => {
      app.route({
        method: route.method,
        url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        bodyLimit: bodyLimitOf(route.id),
        config: { operation: route },
        onRequest: async (request) => {
          request.caller = await authenticator.authorize(route, request);
        },
        preValidation: (request, _reply, done) => {
          authenticator.checkBody(request);
          done();
        },
        handler: (request, reply) => serve(services, route, handler as AnyHandler, request, reply),
        errorHandler: (error, request, reply) => {
          void answerFailure(services, route, error, request, reply);
        },
      });
    },
  };
}

type AnyHandler = (exchange: Exchange<Route>) => Promise<unknown>;

async function serve(
  services: Services,
  route: Route,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parsed = parseRequest(route, request);
  const audit = createAuditing(services, route, request);
  const exchange = {
    ...parsed,
    caller: request.caller,
    scope: scopeFor(route, request.caller),
    address: request.ip,
    request,
    reply,
    change: audit.change,
  } as Exchange<Route>;
  const answer = await handler(exchange);
  await audit.finish();
  return sendAnswer(route, answer, reply);
}

function scopeFor({ access }: Route, caller: Caller): Scope {
  if (access.kind !== 'permission' || caller?.kind !== 'user') return 'all';
  const scope = caller.access.scopeOf(access.permission);
  // Nobody comes this far without the permission.
  if (scope === undefined) throw fail('PERMISSION_DENIED', { permission: access.permission });
  return scope;
}

function sendAnswer(route: Route, answer: unknown, reply: FastifyReply): FastifyReply {
  void reply.code(route.status);
  if (route.streams) return sendStream(answer as StreamedAnswer, reply);
  if (!route.response) {
    void reply.send();
    return reply;
  }
  const content = route.response.parse(answer);
  if (typeof content === 'object' && content !== null && 'revision' in content) {
    void reply.header('etag', `"${String(content.revision)}"`);
  }
  return reply.type('application/json').send(JSON.stringify(content));
}

function sendStream({ mediaType, fileName, content }: StreamedAnswer, reply: FastifyReply): FastifyReply {
  void reply.type(mediaType).header('content-disposition', `attachment; filename="${fileName}"`);
  return reply.send(Readable.from(content));
}

interface Auditing {
  readonly change: Exchange<Route>['change'];
  /** Records a change that was made without `change`. */
  finish(): Promise<void>;
}

function createAuditing(services: Services, route: Route, request: FastifyRequest): Auditing {
  let isRecorded = false;
  const append = (note: AuditNote | undefined) => ({
    ...entryOf(route, request),
    ...(note?.target === undefined ? {} : { target: note.target }),
    outcome: 'done' as const,
    details: note?.details ?? {},
  });
  const change: Auditing['change'] = async (work, note) => {
    const result = await services.database.transaction(async (transaction) => {
      const done = await work(transaction);
      await appendAudit(transaction, services.clock.nowMs(), append(note?.(done)));
      return done;
    });
    isRecorded = true;
    return result;
  };
  return {
    change,
    finish: async () => {
      if (isChange(route) && !isRecorded) await change(() => Promise.resolve());
    },
  };
}

/** A refusal that cannot be written down is answered as the failure that this is. */
async function answerFailure(
  services: Services,
  route: Route,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  let answered = error;
  try {
    await recordRefusal(services, route, request, error);
  } catch (failure) {
    answered = failure;
  }
  await answerError(answered, request, reply);
}

/** Writes a refusal, or a change that failed, to the audit log: whatever the step was that a request came to. */
async function recordRefusal(
  services: Services,
  route: Route,
  request: FastifyRequest,
  error: unknown,
): Promise<void> {
  const outcome = outcomeOf(error, route, request);
  if (outcome === undefined) return;
  const details = { code: codeOf(error), address: request.ip };
  await services.database.transaction((transaction) =>
    appendAudit(transaction, services.clock.nowMs(), { ...entryOf(route, request), outcome, details }),
  );
}

function codeOf(error: unknown): string {
  if (isAppError(error)) return error.code;
  const isRefusal = error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500;
  return isRefusal ? 'REQUEST_INVALID' : 'INTERNAL';
}

/** Refusals of somebody who showed a credential that was good once, or guesses one. */
const attempts: ReadonlySet<string> = new Set([
  'DEVICE_REVOKED',
  'ENROLMENT_TOKEN_INVALID',
  'ENROLMENT_REFUSED',
]);

/**
 * A stranger without any credential is no attempt of anybody and would let the log be flooded; sign-ins write their
 * own entries.
 */
function outcomeOf(error: unknown, route: Route, request: FastifyRequest): 'denied' | 'failed' | undefined {
  if (isAppError(error) && error.errorClass === 'denied') {
    return request.caller === undefined && !attempts.has(error.code) ? undefined : 'denied';
  }
  return isChange(route) && request.caller !== undefined ? 'failed' : undefined;
}

function isChange(route: Route): boolean {
  return route.method !== 'GET' && route.access.kind === 'permission' && route.changesNothing !== true;
}

function entryOf(route: Route, request: FastifyRequest): { actor: string; action: string; target: string } {
  const values = Object.values(request.params as Record<string, string>);
  return { actor: actorOf(request.caller), action: route.id, target: values.join('/').slice(0, 500) };
}
