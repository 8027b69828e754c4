import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { registerHealth } from './health.ts';
import { registerMetrics } from './metrics.ts';
import { registerReference } from './reference.ts';

/** What those who run the server look at: health, metrics, the reference of the API. */
export async function registerOperations(app: FastifyInstance, services: Services): Promise<void> {
  registerHealth(app, services);
  registerMetrics(app, services);
  await registerReference(app);
}
