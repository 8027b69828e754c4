import { z } from 'zod';
import { countSchema, hoursSchema, nameSchema, shareSchema } from './primitives.ts';

const sizeGbSchema = z.number().positive().max(65_536);

/** A virtual machine image to be delivered. */
export const imageSchema = z.strictObject({
  name: nameSchema.describe('Name of the image; workspaces refer to it.'),
  sizeGb: sizeGbSchema.describe('Size of its virtual disk, in GB (a thousand million bytes).'),
  dataGb: sizeGbSchema.describe('What of the disk is in use, in GB.'),
  packedGb: sizeGbSchema
    .nullable()
    .default(null)
    .describe('Bytes it takes in a repository, in GB, as packing it says; none: assumed from dataGb.'),
  origin: z
    .enum(['measured', 'assumed'])
    .default('assumed')
    .describe('Where the sizes come from. Documents mark what is assumed.'),
  bootGb: sizeGbSchema
    .nullable()
    .default(null)
    .describe('What a first start reads of it, packed, in GB; none: assumed from the size.'),
  update: z
    .strictObject({
      everyDays: z.number().positive().max(3650).default(30).describe('Days between two versions.'),
      changedGb: sizeGbSchema
        .nullable()
        .default(null)
        .describe('Packed bytes that a new version adds, in GB; none: assumed from the size.'),
    })
    .prefault({})
    .describe('How often and how much the image changes. A month is the rhythm of operating systems.'),
  hostSeedShare: shareSchema
    .default(0)
    .describe(
      'Part of the image that computers already have among their own files. None is the safe assumption.',
    ),
  applications: z
    .array(nameSchema)
    .max(1000)
    .default([])
    .describe('Applications in it; says which images could be combined.'),
});
export type Image = z.infer<typeof imageSchema>;

const serviceLevelsSchema = z.strictObject({
  initialLoadHours: hoursSchema
    .default(24)
    .describe('Acceptable hours until everybody has a new image, if all begin at the same time.'),
  updateHours: hoursSchema
    .default(72)
    .describe('Hours within which a critical update must have reached everybody who is there.'),
  reportSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(30)
    .describe('Acceptable seconds until a report about it is shown.'),
});
export type ServiceLevels = z.infer<typeof serviceLevelsSchema>;

/** Ways a first version can come. */
const techniques = ['pre-stage', 'network', 'removable-media'] as const;

/** An image with a policy, and the people who get it. */
export const workspaceSchema = z.strictObject({
  name: nameSchema.describe('Name of the workspace: one image and one policy.'),
  image: nameSchema.describe('Image it runs.'),
  persistence: z
    .enum(['persistent', 'revertible'])
    .default('revertible')
    .describe('Whether changes inside are kept. Revertible needs least space and support.'),
  offlineLimitHours: z
    .number()
    .min(0)
    .max(87_840)
    .nullable()
    .default(168)
    .describe(
      'Hours people may go on without contact; 0: work offline is forbidden; none: without end. A week by default.',
    ),
  population: z
    .array(
      z.strictObject({
        location: nameSchema.describe('Where they are based.'),
        users: countSchema.describe('How many people there get the workspace.'),
        distribution: z
          .enum(techniques)
          .nullable()
          .default(null)
          .describe('How computers there get the first version; none: as for the workspace.'),
      }),
    )
    .max(10_000)
    .default([])
    .describe('Who gets it, by location.'),
  serviceLevels: serviceLevelsSchema.prefault({}).describe('What the business expects of it.'),
  distribution: z
    .enum(['decide', ...techniques])
    .default('decide')
    .describe('How computers get the first version: decided by the planner, or laid down here.'),
});
export type Workspace = z.infer<typeof workspaceSchema>;
