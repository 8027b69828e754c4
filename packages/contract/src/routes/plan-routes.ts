import { z } from 'zod';
import { planInputSchema, planSummarySchema, storedPlanSchema } from '../resources/plan.ts';
import { displayNameSchema, idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import { allow, defineRoute } from './define-route.ts';

const planParams = z.object({ planId: idSchema('plan') });
const tag = 'Plans';

export const planRoutes = {
  listPlans: defineRoute({
    id: 'listPlans',
    method: 'GET',
    path: '/api/v1/plans',
    tag,
    summary: 'Plans by name, without what is in them',
    access: allow('plans.view'),
    query: pageQuerySchema.extend({ name: z.string().optional().describe('Only the plan of this name') }),
    status: 200,
    response: pageOf(planSummarySchema),
  }),
  createPlan: defineRoute({
    id: 'createPlan',
    method: 'POST',
    path: '/api/v1/plans',
    tag,
    summary: 'Keep a plan',
    access: allow('plans.edit'),
    body: planInputSchema,
    status: 201,
    response: storedPlanSchema,
  }),
  getPlan: defineRoute({
    id: 'getPlan',
    method: 'GET',
    path: '/api/v1/plans/{planId}',
    tag,
    summary: 'One plan',
    access: allow('plans.view'),
    params: planParams,
    status: 200,
    response: storedPlanSchema,
  }),
  changePlan: defineRoute({
    id: 'changePlan',
    method: 'PUT',
    path: '/api/v1/plans/{planId}',
    tag,
    summary: 'Change a plan; refused with 412 when somebody else changed it first',
    access: allow('plans.edit'),
    params: planParams,
    body: planInputSchema,
    needsRevision: true,
    status: 200,
    response: storedPlanSchema,
  }),
  clonePlan: defineRoute({
    id: 'clonePlan',
    method: 'POST',
    path: '/api/v1/plans/{planId}/clone',
    tag,
    summary: 'Copy a plan under another name',
    access: allow('plans.edit'),
    params: planParams,
    body: z.strictObject({ name: displayNameSchema }),
    status: 201,
    response: storedPlanSchema,
  }),
  deletePlan: defineRoute({
    id: 'deletePlan',
    method: 'DELETE',
    path: '/api/v1/plans/{planId}',
    tag,
    summary: 'Delete a plan',
    access: allow('plans.edit'),
    params: planParams,
    status: 204,
  }),
};
