import { z } from 'zod';
import { leaseGrantSchema } from './assignment.ts';
import { machineDescriptionSchema } from './machine.ts';
import { workspacePolicySchema } from './policy/index.ts';
import {
  digestSchema,
  displayNameSchema,
  idSchema,
  imageNameSchema,
  keyIdSchema,
  keySchema,
  userNameSchema,
} from './primitives.ts';
import { secretNameSchema } from './secret.ts';

const secondsSchema = z.int().min(0);

/** The server's permission for one user on one device to run one workspace; signed as a JWS (EdDSA). */
export const leaseSchema = z.object({
  leaseId: idSchema('lease'),
  /** The instance that issued it. */
  issuer: z.string().min(1),
  deviceId: idSchema('device'),
  userId: idSchema('user'),
  userName: userNameSchema,
  workspaceId: idSchema('workspace'),
  workspaceName: displayNameSchema,
  workspaceRevision: z.int().min(1),
  /** Seconds since 1970, server time. */
  issuedAt: secondsSchema,
  /** Seconds since 1970; `null` when the grant does not expire. */
  validUntil: secondsSchema.nullable(),
  /** Seconds of use since the last contact; 0 forbids offline use, `null` sets no limit. */
  offlineLimitSeconds: secondsSchema.nullable(),
  /** A lease of version 1 is read as one of version 2 that leaves the newer settings at their defaults. */
  policySchemaVersion: z.literal([1, 2]),
  policy: workspacePolicySchema,
  /** What the person's grants together open between computer and guest. */
  grant: leaseGrantSchema.prefault({}),
  image: z.object({
    name: imageNameSchema,
    version: z.int().min(1),
    /** `https://HOST/NAME:TAG`, or `server:NAME:TAG` for the built-in repository of the issuer. */
    reference: z.string(),
    manifestDigest: digestSchema,
    keyId: keyIdSchema,
    virtualSizeBytes: z.int().min(0),
    machine: machineDescriptionSchema,
  }),
  /** JWE (ECDH-ES + A256GCM) to the device's sealing key; holds {@link leaseKeysSchema}. */
  sealedKeys: z.string(),
});
export type Lease = z.infer<typeof leaseSchema>;

/** What is sealed inside a lease. */
export const leaseKeysSchema = z.object({
  /** Opens the image's frames. */
  repositoryKey: keySchema,
  /** Opens the disks of this workspace on this device. */
  diskKey: keySchema,
  /** Values of the secrets that the policy's set-up names, by name. */
  secrets: z.record(secretNameSchema, z.string()).default({}),
});
export type LeaseKeys = z.infer<typeof leaseKeysSchema>;
