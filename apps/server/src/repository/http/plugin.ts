import type { Clock } from '@carrel/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ociFail } from '../errors.ts';
import type { RepositoryStorage } from '../storage/open-storage.ts';
import { answerError } from './answer-error.ts';
import { dispatch, isReading } from './dispatch.ts';
import type { RepositoryCaller } from './exchange.ts';
import { rememberCallers, type VerifyCredentials } from './known-callers.ts';
import { PiecePool } from './piece-pool.ts';
import { parsePath } from './route-path.ts';

export interface RepositoryPluginOptions {
  readonly storage: RepositoryStorage;
  readonly verifyCredentials: VerifyCredentials;
  readonly clock: Clock;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const abandonedUploadMs = 24 * 3_600_000;
const cleaningIntervalMs = 3_600_000;

/**
 * Fastify plugin: OCI Distribution API 1.1 at `/v2/`. Pulling needs valid credentials, everything else `canPush`.
 * Encapsulated: its error format and body handling do not reach the routes around it. Uploads that nobody goes on
 * with are removed after a day.
 */
export function repositoryPlugin(app: FastifyInstance, options: RepositoryPluginOptions): void {
  const { storage, clock } = options;
  const pieces = new PiecePool();
  const verify = rememberCallers(options.verifyCredentials, clock);

  app.removeAllContentTypeParsers();
  // Bodies stay streams: blobs are larger than memory.
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.setErrorHandler(answerError);
  cleanRegularly(app, storage, clock);

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const caller = await authenticate(verify, request);
    const { url } = request.raw;
    const [path = '', search = ''] = (url ?? '').split('?', 2);
    const target = parsePath(path);
    await dispatch({ request, reply, caller, storage, query: new URLSearchParams(search), pieces }, target);
  };
  for (const url of ['/v2', '/v2/*']) {
    app.route({
      method: [...methods],
      url,
      handler: handle,
    });
  }
}

async function authenticate(verify: VerifyCredentials, request: FastifyRequest): Promise<RepositoryCaller> {
  const { authorization } = request.headers;
  const caller = authorization === undefined ? undefined : await verify(authorization, request.ip);
  if (!caller) throw ociFail('UNAUTHORIZED', {});
  if (!isReading(request.method) && !caller.canPush) throw ociFail('DENIED', {});
  return caller;
}

function cleanRegularly(app: FastifyInstance, storage: RepositoryStorage, clock: Clock): void {
  const ending = new AbortController();
  const clean = async (): Promise<void> => {
    for (;;) {
      try {
        await storage.uploads.removeAbandoned(abandonedUploadMs);
      } catch (error) {
        app.log.error({ err: error }, 'abandoned uploads could not be removed');
      }
      await clock.sleep(cleaningIntervalMs, ending.signal);
    }
  };
  let cleaning: Promise<void> | undefined;
  app.addHook('onReady', (done) => {
    cleaning = clean().catch(() => undefined);
    done();
  });
  app.addHook('onClose', async () => {
    ending.abort();
    await cleaning;
  });
}
