import { z } from 'zod';
import { displayNameSchema, idSchema, revisionSchema, timeSchema } from './primitives.ts';

/**
 * A deployment plan as the planner reads and writes it (docs/plan-file.md). Only what lists show is known here; the
 * server holds the rest against the planner's schema. What the planner finds wrong with a plan of the right shape does
 * not keep it from being saved.
 */
export const planDocumentSchema = z
  .looseObject({ name: displayNameSchema, description: z.string().max(2000).default('') })
  .describe('A plan file');
export type PlanDocument = z.infer<typeof planDocumentSchema>;

export const planSummarySchema = z.object({
  id: idSchema('plan'),
  /** That of the document. */
  name: displayNameSchema,
  description: z.string(),
  /** Grows by one at every saved change; sent back as If-Match. */
  revision: revisionSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
  updatedAt: timeSchema,
  updatedBy: z.string(),
});
export type PlanSummary = z.infer<typeof planSummarySchema>;

export const storedPlanSchema = planSummarySchema.extend({ document: planDocumentSchema });
export type StoredPlan = z.infer<typeof storedPlanSchema>;

/** What a person writes to make or change a plan. */
export const planInputSchema = z.strictObject({ document: planDocumentSchema });
