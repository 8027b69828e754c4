import { z } from 'zod';
import { limitOverridesSchema, profileNames } from '../profiles/index.ts';
import { locationSchema, separationSchema, travellerSchema, trustDomainSchema } from './location-schema.ts';
import {
  consoleSchema,
  costsSchema,
  deliverySchema,
  eventsSchema,
  growthSchema,
  placementSchema,
  recoverySchema,
} from './operation-schema.ts';
import { nameSchema, textSchema } from './primitives.ts';
import { imageSchema, workspaceSchema } from './workspace-schema.ts';

/**
 * A plan file, format 1. Sizes are in GB of 1e9 bytes, rates in Mbit/s of 1e6 bits; things refer to each other by
 * name. What a file leaves out has its default. The shape only: `checkPlan` holds the parts against each other.
 */
export const planSchema = z.strictObject({
  format: z.literal(1).default(1).describe('Version of this format.'),
  name: nameSchema.describe('Name of the plan.'),
  description: textSchema.default('').describe('What it is about; opens the design document.'),
  profile: z
    .enum(profileNames)
    .default('carrel')
    .describe('Product it is for: carrel with its measured limits, medv-1.0 with the limits of its guide.'),
  locations: z
    .array(locationSchema)
    .max(10_000)
    .default([])
    .describe('Where people work, and the network between.'),
  travellers: z
    .array(travellerSchema)
    .max(10_000)
    .default([])
    .describe('People who work at several locations.'),
  trustDomains: z.array(trustDomainSchema).max(1000).default([]).describe('Directories beside the main one.'),
  separations: z
    .array(separationSchema)
    .max(1000)
    .default([])
    .describe('Groups that organisation or law sets apart.'),
  images: z.array(imageSchema).max(1000).default([]).describe('Virtual machine images to deliver.'),
  workspaces: z
    .array(workspaceSchema)
    .max(1000)
    .default([])
    .describe('Images with their policies, and for whom.'),
  recovery: recoverySchema.prefault({}).describe('How long it takes until something that failed is back.'),
  consoles: z
    .array(consoleSchema)
    .max(1000)
    .default([])
    .describe('Where administrators work; none: at the server.'),
  placement: placementSchema.prefault({}).describe('Where servers stand, where that is decided.'),
  events: eventsSchema.prefault({}).describe('What clients report, and how long it is kept.'),
  delivery: deliverySchema.prefault({}).describe('How downloads behave on the links.'),
  costs: costsSchema.prefault({}).describe('What things cost.'),
  growth: growthSchema.prefault({}).describe('What the design must still carry at its end.'),
  limits: limitOverridesSchema
    .prefault({})
    .describe(
      'Limits of the product profile that are different here, such as after a measurement of your own.',
    ),
});
export type Plan = z.infer<typeof planSchema>;
export type PlanInput = z.input<typeof planSchema>;
