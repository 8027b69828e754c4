import { chmod, rm } from 'node:fs/promises';
import { fail, problemContentType, toProblem } from '@carrel/contract';
import {
  type AgentStatus,
  agentPaths,
  agentSignInSchema,
  agentTransfersSchema,
  type Operation,
  workspaceActionSchema,
} from '@carrel/contract/agent-api';
import { openSocketPath } from '@carrel/contract/node';
import { AppError } from '@carrel/kit';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CodeSignIn } from '../sign-in/code-sign-in.ts';
import { registerCodeSignInRoutes } from './code-sign-in-routes.ts';
import { parseInput } from './parse-input.ts';

/** What people at this computer can ask of the agent. */
export interface LocalApiParts {
  status(): Promise<AgentStatus>;
  signIn(credentials: z.infer<typeof agentSignInSchema>): Promise<void>;
  /** @throws {AGENT_NOT_ENROLLED} */
  codeSignIn(): CodeSignIn;
  sync(): Promise<void>;
  setTransfersPaused(isPaused: boolean): void;
  act(action: z.infer<typeof workspaceActionSchema>): Promise<Operation>;
  /** @param waitMs how long to wait for a change before answering */
  operation(id: string, waitMs: number, signal: AbortSignal): Promise<Operation | undefined>;
  /** For failures that are nobody's expected outcome. */
  onInternalError(error: unknown): void;
}

const longestWaitMs = 60_000;
const waitQuerySchema = z.object({ waitMs: z.coerce.number().int().min(0).max(longestWaitMs).default(0) });
const operationParamsSchema = z.object({ id: z.string().max(100) });

/** Serves the agent's own interface on a unix socket that only its owner may open. Disposing it ends open waits. */
export async function serveLocalApi(socketPath: string, parts: LocalApiParts): Promise<AsyncDisposable> {
  const ending = new AbortController();
  const app = createApp(parts, ending.signal);
  await rm(socketPath, { force: true });
  const place = await openSocketPath(socketPath);
  const previousMask = process.umask(0o177);
  try {
    await app.listen({ path: place.path });
  } finally {
    process.umask(previousMask);
  }
  await chmod(socketPath, 0o600);
  return {
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await app.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

function createApp(parts: LocalApiParts, ending: AbortSignal): FastifyInstance {
  const app = Fastify({ bodyLimit: 64 * 1024, forceCloseConnections: 'idle' });
  app.setErrorHandler(async (error, _request, reply) => {
    const known = toAppError(error, parts);
    await reply.code(known.httpStatus).type(problemContentType).send(toProblem(known));
  });
  app.setNotFoundHandler((request) => {
    throw fail('NOT_FOUND', { kind: 'operation', id: `${request.method} ${request.url}` });
  });
  app.get(agentPaths.status, () => parts.status());
  app.post(agentPaths.sync, async () => {
    await parts.sync();
    return parts.status();
  });
  app.post(agentPaths.signIn, async (request) => {
    await parts.signIn(parseInput(agentSignInSchema, request.body));
    return parts.status();
  });
  registerCodeSignInRoutes(app, () => parts.codeSignIn());
  app.post(agentPaths.transfers, (request) => {
    parts.setTransfersPaused(parseInput(agentTransfersSchema, request.body).isPaused);
    return parts.status();
  });
  app.post(agentPaths.actions, async (request, reply) =>
    reply.code(202).send(await parts.act(parseInput(workspaceActionSchema, request.body))),
  );
  app.get(`${agentPaths.operations}/:id`, async (request) => {
    const { id } = parseInput(operationParamsSchema, request.params);
    const { waitMs } = parseInput(waitQuerySchema, request.query);
    const operation = await parts.operation(id, waitMs, ending);
    if (!operation) throw fail('NOT_FOUND', { kind: 'operation', id });
    return operation;
  });
  return app;
}

function toAppError(error: unknown, parts: LocalApiParts): AppError {
  if (error instanceof AppError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return fail('REQUEST_TOO_LARGE', {}, error);
  if (error instanceof Error && typeof status === 'number' && status < 500) {
    return fail('REQUEST_INVALID', { reason: error.message }, error);
  }
  parts.onInternalError(error);
  return fail('INTERNAL', { requestId: 'in the log of the agent' }, error);
}
