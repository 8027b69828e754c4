import { Server } from 'node:https';
import { createId } from '@carrel/kit';
import fastifyCookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { createApiTokenStore } from '../api-tokens/index.ts';
import { createReplayMemory, findDeviceCaller } from '../devices/index.ts';
import { createDirectories } from '../directories/index.ts';
import {
  answerError,
  answerNotFound,
  bodyLimitOf,
  createAuthenticator,
  createRouter,
} from '../http/index.ts';
import type { TlsIdentity } from '../instance/index.ts';
import { registerOperations } from '../operations/index.ts';
import { createRepositoryCredentials } from '../repository-access/index.ts';
import type { Services } from '../services.ts';
import { createSessionStore, createSignInLimiter, findUserCaller, signInLimits } from '../session/index.ts';
import { createBuiltInDirectory, createPasswordCheck } from '../users/index.ts';
import { registerBodyParsing } from './body-parsing.ts';
import { registerRooms } from './register-rooms.ts';
import { registerRequestLog } from './request-log.ts';
import { registerSecurityHeaders } from './security-headers.ts';

/** Time in which a client must have sent its headers and a request in all. */
const headersTimeoutMs = 30_000;
const keepAliveMs = 75_000;

/**
 * Puts the server together. It does not listen yet; whoever listens closes it.
 *
 * @param tls what to show who the server is with
 */
export async function createApp(services: Services, tls: TlsIdentity): Promise<FastifyInstance> {
  const { database, clock, instance, log, randomBytes } = services;
  const app = Fastify({
    https: { key: tls.key, cert: tls.chain, minVersion: 'TLSv1.2', headersTimeout: headersTimeoutMs },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitOf(''),
    keepAliveTimeout: keepAliveMs,
    requestIdHeader: false,
    genReqId: () => createId<'request'>(clock.nowMs(), randomBytes(10)),
    // What fails before a route is found: a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    routerOptions: { maxParamLength: 500 },
  }) as unknown as FastifyInstance;
  app.decorateRequest('caller', undefined);
  app.decorateRequest('rawBody', undefined);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  registerBodyParsing(app);
  registerSecurityHeaders(app);
  registerRequestLog(app);
  await app.register(fastifyCookie);

  const sessions = createSessionStore(database, clock, randomBytes);
  const tokens = createApiTokenStore(database, clock);
  const limiter = createSignInLimiter(signInLimits(services));
  const checkPassword = createPasswordCheck(database, clock);
  const directories = createDirectories(services, createBuiltInDirectory(database, checkPassword));
  app.addHook('onClose', () => directories[Symbol.asyncDispose]());
  const proofs = { instanceId: instance.id, queries: database.queries, clock, replays: createReplayMemory() };
  const authenticator = createAuthenticator({
    queries: database.queries,
    findUser: (request) => findUserCaller({ sessions, tokens }, request),
    findDevice: (request) => findDeviceCaller(proofs, request),
  });
  const { directory, standingOf } = directories;
  const people = { directory, standingOf, checkPassword, sessions, tokens, limiter };
  await registerOperations(app, services);
  await registerRooms({
    app,
    router: createRouter(app, services, authenticator),
    services,
    people,
    directories: directories.open,
    authenticator,
    verifyRepositoryCredentials: createRepositoryCredentials(services, people),
  });
  return app;
}

/** Shows another certificate to whoever connects from now on. */
export function replaceCertificate(app: FastifyInstance, tls: TlsIdentity): void {
  if (!(app.server instanceof Server)) throw new TypeError('the server does not speak TLS');
  app.server.setSecureContext({ key: tls.key, cert: tls.chain, minVersion: 'TLSv1.2' });
}
