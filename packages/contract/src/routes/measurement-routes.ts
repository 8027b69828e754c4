import { z } from 'zod';
import { measurementsSchema } from '../resources/measurements.ts';
import { allow, defineRoute } from './define-route.ts';

export const measurementRoutes = {
  getMeasurements: defineRoute({
    id: 'getMeasurements',
    method: 'GET',
    path: '/api/v1/measurements',
    tag: 'Plans',
    summary: 'What the instance measured of what a plan assumes',
    access: allow('plans.view'),
    query: z.object({
      days: z.coerce.number().int().min(1).max(366).default(30).describe('How far back to look'),
    }),
    status: 200,
    response: measurementsSchema,
  }),
};
