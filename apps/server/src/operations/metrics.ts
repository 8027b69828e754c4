import { createHash, timingSafeEqual } from 'node:crypto';
import { fail } from '@carrel/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Services } from '../services.ts';

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * `/metrics` in Prometheus' format, for programs on this computer or with the token of `DATA/metrics.token`. What came
 * through a proxy on this computer needs the token.
 */
export function registerMetrics(app: FastifyInstance, services: Services): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countRequests(app, registry);
  countEvents(app, registry, services);
  countDevices(registry, services);
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request, services.instance.metricsToken)) throw fail('SIGN_IN_REQUIRED', {});
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  app.addHook('onClose', () => registry.clear());
}

function countRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'carrel_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'operation', 'status'],
    buckets: durationBuckets,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { config, url } = request.routeOptions;
    const operation = config.operation?.id ?? url ?? 'none';
    durations.observe(
      { method: request.method, operation, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });
}

function countEvents(app: FastifyInstance, registry: Registry, { notices }: Services): void {
  const events = new Counter({
    name: 'carrel_events_stored_total',
    help: 'Events stored since the server started',
    labelNames: ['severity', 'code'],
    registers: [registry],
  });
  const listening = notices.listen((message) => {
    if (message.topic === 'event') events.inc({ severity: message.event.severity, code: message.event.code });
  });
  app.addHook('onClose', () => listening[Symbol.dispose]());
}

function countDevices(registry: Registry, { database }: Services): void {
  new Gauge({
    name: 'carrel_devices',
    help: 'Enrolled devices by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const rows = await database.queries
        .selectFrom('devices')
        .select((select) => ['state', select.fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      this.reset();
      for (const row of rows) this.set({ state: row.state }, row.count);
    },
  });
}

function mayRead(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined) return timingSafeEqual(digest(given), digest(token));
  const isForwarded =
    request.headers.forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined;
  return !isForwarded && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
