import { z } from 'zod';
import { machineDescriptionSchema } from './machine.ts';
import {
  channelNameSchema,
  digestSchema,
  idSchema,
  imageNameSchema,
  keyIdSchema,
  keySchema,
  revisionSchema,
  timeSchema,
} from './primitives.ts';

export const versionStateSchema = z.enum(['draft', 'published', 'retired']);
export type VersionState = z.infer<typeof versionStateSchema>;

/** A pointer to a published version, which workspaces follow. */
export const channelSchema = z.object({
  name: channelNameSchema,
  versionNumber: z.int().min(1),
  /** Grows by one at every move; sent back as If-Match. */
  revision: revisionSchema,
  updatedAt: timeSchema,
  updatedBy: z.string(),
});
export type Channel = z.infer<typeof channelSchema>;

export const imageSchema = z.object({
  id: idSchema('image'),
  name: imageNameSchema,
  description: z.string(),
  createdAt: timeSchema,
  latestVersion: z.int().min(1).nullable(),
  channels: z.array(channelSchema),
});
export type Image = z.infer<typeof imageSchema>;

/** One immutable numbered state of an image. */
export const imageVersionSchema = z.object({
  imageId: idSchema('image'),
  number: z.int().min(1),
  state: versionStateSchema,
  /** Where it is downloaded from: `https://HOST/NAME:TAG`; `server:NAME:TAG` is the built-in repository. */
  reference: z.string(),
  manifestDigest: digestSchema,
  keyId: keyIdSchema,
  virtualSizeBytes: z.int().min(0),
  dataBytes: z.int().min(0),
  storedBytes: z.int().min(0),
  machine: machineDescriptionSchema,
  notes: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
  publishedAt: timeSchema.nullable(),
});
export type ImageVersion = z.infer<typeof imageVersionSchema>;

export const newImageSchema = z.object({
  name: imageNameSchema,
  description: z.string().max(2000).default(''),
});

/** Registers a packed image as the next version. The server reads sizes and machine from the manifest. */
export const newImageVersionSchema = z.object({
  reference: z.string().min(1).max(500),
  manifestDigest: digestSchema,
  /** The key it was packed with; kept wrapped by the instance key and handed out only inside leases. */
  repositoryKey: keySchema,
  notes: z.string().max(2000).default(''),
});

export const moveChannelSchema = z.object({ versionNumber: z.int().min(1) });
