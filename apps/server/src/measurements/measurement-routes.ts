import { routes } from '@carrel/contract';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { takeMeasurements } from './take-measurements.ts';

export function registerMeasurementRoutes(router: Router, { database, clock }: Services): void {
  router.handle(routes.getMeasurements, ({ query }) =>
    takeMeasurements(database.queries, query.days, clock.nowMs()),
  );
}
