import { z } from 'zod';
import { machineDescriptionSchema } from './machine.ts';
import { policySchemaVersion, workspacePolicySchema } from './policy.ts';
import {
  digestSchema,
  displayNameSchema,
  idSchema,
  imageNameSchema,
  keyIdSchema,
  keySchema,
  userNameSchema,
} from './primitives.ts';

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
  /** Seconds of use since the last contact; 0 forbids offline use. */
  offlineLimitSeconds: secondsSchema,
  policySchemaVersion: z.literal(policySchemaVersion),
  policy: workspacePolicySchema,
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
});
export type LeaseKeys = z.infer<typeof leaseKeysSchema>;
