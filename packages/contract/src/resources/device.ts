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
  /** Since when the guest runs. */
  runningSince: timeSchema.nullable(),
  /** Seconds from QEMU's start until the agent in the guest answered. */
  guestBootSeconds: z.number().min(0).nullable(),
  failure: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
});
export type WorkspaceStatus = z.infer<typeof workspaceStatusSchema>;

export const deviceSchema = z.object({
  id: idSchema('device'),
  state: z.enum(['active', 'revoked']),
  enrolledAt: timeSchema,
  lastContactAt: timeSchema.nullable(),
  /** Contact within twice the policy interval. */
  isOnline: z.boolean(),
  inventory: inventorySchema,
  workspaces: z.array(workspaceStatusSchema),
});
export type Device = z.infer<typeof deviceSchema>;

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
