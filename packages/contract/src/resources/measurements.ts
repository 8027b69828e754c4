import { z } from 'zod';
import { timeSchema } from './primitives.ts';

const bytesSchema = z.int().min(0);

/** Median, 95th percentile and longest of a number of durations, in seconds, each within 3 %. */
const durationsSchema = z.object({
  medianSeconds: z.number().min(0),
  p95Seconds: z.number().min(0),
  longestSeconds: z.number().min(0),
});

/** A version of an image, as it was registered. */
const measuredVersionSchema = z.object({
  number: z.int().min(1),
  virtualSizeBytes: bytesSchema,
  dataBytes: bytesSchema,
  storedBytes: bytesSchema,
  publishedAt: timeSchema.nullable(),
});

/** How computers got an image: whole fetches that ended in the period. */
export const measuredDeliverySchema = z.object({
  image: z.string(),
  /** `update`: another version was on the computer already, and blocks of it were used. */
  kind: z.enum(['initial', 'update']),
  /** Tag of the devices; `null` for all of them. */
  tag: z.string().nullable(),
  count: z.int().min(1),
  /** Sums over all of them, of what came over the network, and by where the rest was found. */
  downloadedBytes: bytesSchema,
  peersBytes: bytesSchema,
  stagedBytes: bytesSchema,
  copiesBytes: bytesSchema,
  hostFilesBytes: bytesSchema,
  /** From the first byte asked for until the image was whole; `null` where no beginning is known. */
  timeToReady: durationsSchema.nullable(),
});
export type MeasuredDelivery = z.infer<typeof measuredDeliverySchema>;

/**
 * What a running instance measures of what a plan assumes. Locations are known by tags: a device belongs to the
 * location that one of its tags names.
 */
export const measurementsSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  /** Devices that may work and made contact in the period, by tag; `null` is all of them. */
  devices: z.array(z.object({ tag: z.string().nullable(), count: z.int().min(0) })),
  events: z.object({
    /** Since the devices were enrolled; `null` while none has been for a day. */
    perDevicePerDay: z.number().min(0).nullable(),
    /** Content of the newest ones, without what indexes add; `null` without any event. */
    averageBytes: z.number().min(0).nullable(),
  }),
  images: z.array(z.object({ name: z.string(), versions: z.array(measuredVersionSchema) })),
  deliveries: z.array(measuredDeliverySchema),
  /** People with a permission on a device, by workspace and tag of the device; `null` is all of them. */
  workspaces: z.array(
    z.object({
      name: z.string(),
      image: z.string(),
      persistence: z.enum(['persistent', 'revertible']),
      people: z.array(z.object({ tag: z.string().nullable(), count: z.int().min(1) })),
    }),
  ),
});
export type Measurements = z.infer<typeof measurementsSchema>;
