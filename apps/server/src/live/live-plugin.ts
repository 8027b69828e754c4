import { fail, type LiveMessage, livePath } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Queries } from '../database/index.ts';
import type { UserCaller } from '../http/index.ts';
import type { Notices } from '../notices/index.ts';
import { LiveClient } from './live-client.ts';
import { loadVisibility, type Visibility } from './visibility.ts';

export interface LiveOptions {
  readonly notices: Notices;
  readonly clock: Clock;
  readonly queries: Queries;
  /**
   * Who is signed in; asked again with every heartbeat, so that a session that ended hears nothing more.
   *
   * @throws {SIGN_IN_REQUIRED}
   */
  readonly findUser: (request: FastifyRequest) => Promise<UserCaller>;
  readonly heartbeatMs?: number;
  /** Clients at a time, default 500. */
  readonly maximumClients?: number;
}

interface Listener {
  readonly client: LiveClient;
  readonly request: FastifyRequest;
}

/**
 * Fastify plugin: tells consoles of changes as they happen, at `livePath`. Messages are not kept: a client that was
 * away reads anew what it shows. They come from this process; several servers would need the database's `NOTIFY`.
 */
export function livePlugin(app: FastifyInstance, options: LiveOptions): void {
  const { notices, clock, queries, findUser, heartbeatMs = 15_000, maximumClients = 500 } = options;
  const listeners = new Set<Listener>();
  const ending = new AbortController();
  const listening = notices.listen((message: LiveMessage) => {
    if (listeners.size === 0) return;
    const text = JSON.stringify(message);
    for (const { client } of listeners) client.send(message, text);
  });

  app.get(livePath, async (request, reply) => {
    const caller = await findUser(request);
    if (listeners.size >= maximumClients) throw fail('REQUEST_LIMITED', { retryAfterSeconds: 30 });
    const isVisible = await loadVisibility(queries, caller.access);
    const listener = { client: openStream(reply, isVisible), request };
    listeners.add(listener);
    reply.raw.on('close', () => listeners.delete(listener));
    return reply;
  });

  const beat = async ({ client, request }: Listener): Promise<void> => {
    try {
      client.allow(await loadVisibility(queries, (await findUser(request)).access));
      client.beat();
    } catch (error) {
      request.log.debug({ err: error }, 'a live stream ended with its session');
      client.end();
    }
  };
  const keepBeating = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await clock.sleep(heartbeatMs, ending.signal);
      await Promise.all([...listeners].map(beat));
    }
  };
  let beating: Promise<void> | undefined;
  app.addHook('onReady', (done) => {
    beating = keepBeating().catch((error: unknown) => {
      if (!ending.signal.aborted) app.log.error({ err: error }, 'live heartbeats stopped');
    });
    done();
  });
  // Streams never end by themselves, and the server waits for open connections when it closes.
  app.addHook('preClose', async () => {
    ending.abort();
    listening[Symbol.dispose]();
    for (const { client } of listeners) client.end();
    await beating;
  });
}

function openStream(reply: FastifyReply, isVisible: Visibility): LiveClient {
  void reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would keep messages back until its buffer is full.
    'x-accel-buffering': 'no',
  });
  reply.hijack();
  for (const [header, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(header, value);
  }
  reply.raw.writeHead(200);
  reply.raw.write('retry: 3000\n\n');
  return new LiveClient(reply.raw, isVisible);
}
