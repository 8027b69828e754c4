import { z } from 'zod';
import { displayNameSchema, idSchema, timeSchema, userNameSchema } from './primitives.ts';

/** Public half of a device's signing key (Ed25519), as a JSON Web Key. */
export const signingKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.base64url().length(43),
});
export type SigningKey = z.infer<typeof signingKeySchema>;

/** Public half of the key that secrets for a device are sealed to (X25519), as a JSON Web Key. */
export const sealingKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('X25519'),
  x: z.base64url().length(43),
});
export type SealingKey = z.infer<typeof sealingKeySchema>;

export const inventorySchema = z.object({
  hostName: z.string().min(1).max(255),
  operatingSystem: z.string().max(200),
  architecture: z.string().max(40),
  cpuCount: z.int().min(1),
  memoryMiB: z.int().min(1),
  accelerator: z.enum(['kvm', 'hvf', 'whpx', 'tcg']),
  qemuVersion: z.string().max(60).nullable(),
  storeFreeBytes: z.int().min(0),
  agentVersion: z.string().max(60),
});
export type Inventory = z.infer<typeof inventorySchema>;

/** The life of a workspace on a device. */
export const workspaceStates = [
  'absent',
  'fetching',
  'ready',
  'starting',
  'running',
  'locked',
  'paused',
  'stopping',
  'saved',
  'stopped',
  'failed',
] as const;
export const workspaceStateSchema = z.enum(workspaceStates);
export type WorkspaceState = z.infer<typeof workspaceStateSchema>;

/** What an image on a device was made of, by where it came from. Of what lay on the computer, bytes of blocks. */
export const imageReceiptSchema = z.object({
  version: z.int().min(1),
  isComplete: z.boolean(),
  /** The image's repository and its mirrors, index included. */
  repositoryBytes: z.int().min(0),
  /** Computers near by. */
  peersBytes: z.int().min(0),
  /** Folders and media that were brought along. */
  stagedBytes: z.int().min(0),
  /** Other versions and images that are here. */
  copiesBytes: z.int().min(0),
  /** The computer's own files. */
  hostFilesBytes: z.int().min(0),
});
export type ImageReceipt = z.infer<typeof imageReceiptSchema>;

/** Another version of the image than the workspace stands on, which it is to run. Times are the server's. */
export const workspaceUpdateSchema = z.object({
  version: z.int().min(1),
  /** Since when the device knows that the version it has is not the one any more. */
  since: timeSchema,
  /** When it is taken at the latest; `null` when nobody forces it. */
  deadline: timeSchema.nullable(),
  /** It is wholly on the device. */
  isHere: z.boolean(),
  /** `next-start`: the next start takes it; `when-agreed`: its person has to ask for it. */
  taken: z.enum(['next-start', 'when-agreed']),
  /** The guest is being counted down for it, and stopped then. */
  stopsAt: timeSchema.nullable(),
});
export type WorkspaceUpdate = z.infer<typeof workspaceUpdateSchema>;

/** What a device says of one workspace it holds for one user. */
export const workspaceStatusSchema = z.object({
  workspaceId: idSchema('workspace'),
  workspaceName: displayNameSchema,
  userId: idSchema('user'),
  userName: userNameSchema,
  state: workspaceStateSchema,
  /** Version on the device; `null` before anything was fetched. */
  imageVersion: z.int().min(1).nullable(),
  /** The local disk stands alone: the workspace starts without any network. */
  isReadyOffline: z.boolean(),
  /** Bytes of image data on the device so far, and in all; `null` when nothing is being fetched. */
  fetch: z
    .object({
      doneBytes: z.int().min(0),
      totalBytes: z.int().min(0),
      downloadedBytes: z.int().min(0),
      fromSeedsBytes: z.int().min(0),
    })
    .nullable(),
  /** Of the version that the next start uses, or else of the one on the device; absent before anything was fetched. */
  receipt: imageReceiptSchema.optional(),
  /** Absent while it runs, or will run, what it should. */
  update: workspaceUpdateSchema.optional(),
  /** The disk it had before the last update, to which its person can go back; absent when none is kept. */
  previous: z.object({ version: z.int().min(1), keptUntil: timeSchema }).optional(),
  /** Since when the guest runs. */
  runningSince: timeSchema.nullable(),
  /** Seconds from QEMU's start until the agent in the guest answered. */
  guestBootSeconds: z.number().min(0).nullable(),
  failure: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
});
export type WorkspaceStatus = z.infer<typeof workspaceStatusSchema>;

/** `pending`: enrolled, and gets nothing until an administrator has approved it. */
export const deviceStateSchema = z.enum(['pending', 'active', 'revoked']);

const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .refine((text) => !/[\p{Cc},]/u.test(text), 'expected neither commas nor control characters');

export const deviceSchema = z.object({
  id: idSchema('device'),
  state: deviceStateSchema,
  /** What administrators call it; else people know it by its host name. */
  name: displayNameSchema.nullable(),
  notes: z.string(),
  tags: z.array(tagSchema),
  enrolledAt: timeSchema,
  /** Who enrolled it by signing in; `null` where a token was used. */
  enrolledBy: z.string().nullable(),
  lastContactAt: timeSchema.nullable(),
  /** Actions that are queued or under way. */
  openActionCount: z.int().min(0),
  /** Contact within twice the policy interval. */
  isOnline: z.boolean(),
  inventory: inventorySchema,
  /** Those the caller may see. */
  workspaces: z.array(workspaceStatusSchema),
});
export type Device = z.infer<typeof deviceSchema>;

/** What administrators note of a device; absent fields stay. */
export const changeDeviceSchema = z.strictObject({
  name: displayNameSchema.nullable().optional(),
  notes: z.string().max(2000).optional(),
  tags: z.array(tagSchema).max(50).optional(),
});

/**
 * What a device can be told to do. `stop`: end the guest as its policy says; `reset`: take a workspace back to its
 * image; `rotate-keys`: replace the keys of the device; `wipe`: destroy the keys, then every workspace, and forget
 * the enrolment.
 */
export const deviceActionKindSchema = z.enum(['lock', 'stop', 'reset', 'rotate-keys', 'wipe']);
export type DeviceActionKind = z.infer<typeof deviceActionKindSchema>;

/** `queued` until the device made contact, `delivered` until it told how it went. */
export const deviceActionStateSchema = z.enum([
  'queued',
  'delivered',
  'done',
  'failed',
  'cancelled',
  'expired',
]);

/** Something a device was told to do. */
export const deviceActionSchema = z.object({
  id: idSchema('device-action'),
  deviceId: idSchema('device'),
  kind: deviceActionKindSchema,
  /** `null`: all workspaces, or the device itself. */
  workspaceId: idSchema('workspace').nullable(),
  /** `null`: whoever has the workspace there. */
  userId: idSchema('user').nullable(),
  state: deviceActionStateSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
  /** What is not delivered by then is not done any more. */
  expiresAt: timeSchema,
  deliveredAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
  /** Code of the failure the device told. */
  code: z.string().nullable(),
});
export type DeviceAction = z.infer<typeof deviceActionSchema>;

const validForHours = z.int().min(1).max(8760).default(168);

export const newDeviceActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['lock', 'stop']),
    workspaceId: idSchema('workspace').nullable().default(null),
    userId: idSchema('user').nullable().default(null),
    validForHours,
  }),
  z.strictObject({
    kind: z.literal('reset'),
    workspaceId: idSchema('workspace'),
    userId: idSchema('user').nullable().default(null),
    validForHours,
  }),
  z.strictObject({ kind: z.enum(['rotate-keys', 'wipe']), validForHours }),
]);

export const newEnrolmentTokenSchema = z.strictObject({
  /** How many devices may use it. */
  maximumUses: z.int().min(1).max(100_000).default(1),
  validForHours: z.int().min(1).max(8760).default(24),
  note: z.string().max(200).default(''),
});

/** The token itself is shown this once; the server keeps its hash. */
export const enrolmentTokenSchema = z.object({
  token: z.string(),
  expiresAt: timeSchema,
  maximumUses: z.int(),
});

/** A token as it is listed: by a part of its hash, never by itself. */
export const listedEnrolmentTokenSchema = z.object({
  id: z.string(),
  note: z.string(),
  uses: z.int().min(0),
  maximumUses: z.int(),
  createdAt: timeSchema,
  createdBy: z.string(),
  expiresAt: timeSchema,
  state: z.enum(['usable', 'used-up', 'expired']),
});
