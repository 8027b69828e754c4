import { z } from 'zod';
import { keyIdSchema, timeSchema } from './primitives.ts';

/** What keys and certificates the instance works with; none of them is told. */
export const instanceKeysSchema = z.object({
  masterKey: z.object({
    /** Where the server was given it from. */
    source: z.enum(['file', 'environment']),
    /** When the secrets were last put under another master key; `null` when never. */
    rotatedAt: timeSchema.nullable(),
  }),
  /** Newest first; the first one signs, the others only verify what was signed before. */
  leaseKeys: z.array(z.object({ kid: z.string(), createdAt: timeSchema, isSigning: z.boolean() })),
  /** Newest first. */
  repositoryKeys: z.array(
    z.object({
      keyId: keyIdSchema,
      createdAt: timeSchema,
      /** New packs do not use it any more; what was packed with it stays readable. */
      isReplaced: z.boolean(),
      /** Image versions packed with it. */
      versionCount: z.int().min(0),
    }),
  ),
  certificates: z.object({ serverEndsAt: timeSchema, authorityEndsAt: timeSchema }),
});
export type InstanceKeys = z.infer<typeof instanceKeysSchema>;
