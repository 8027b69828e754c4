import { z } from 'zod';
import { deviceEventSchema } from '../events/event.ts';
import {
  deviceActionKindSchema,
  inventorySchema,
  sealingKeySchema,
  signingKeySchema,
  workspaceStatusSchema,
} from '../resources/device.ts';
import { displayNameSchema, idSchema, timeSchema, userNameSchema } from '../resources/primitives.ts';
import { defineRoute } from './define-route.ts';

const tag = 'Endpoint';

/** How often the agent makes contact; each is spread by ±10 %. */
export const intervalsSchema = z.object({
  policySeconds: z
    .int()
    .min(1)
    .default(15 * 60),
  imageSeconds: z
    .int()
    .min(1)
    .default(4 * 3600),
  eventSeconds: z.int().min(1).default(60),
});
export type Intervals = z.infer<typeof intervalsSchema>;

const enrolmentShape = {
  signingKey: signingKeySchema,
  sealingKey: sealingKeySchema,
  inventory: inventorySchema,
};

/** Verify leases: a JWK Set, so that keys can be rotated. Those that are missing count no more. */
const leaseKeySetSchema = z.object({ keys: z.array(signingKeySchema.extend({ kid: z.string() })) });

const enrolmentAnswerSchema = z.object({
  deviceId: idSchema('device'),
  instanceId: z.string(),
  leaseKeys: leaseKeySetSchema,
  intervals: intervalsSchema,
  serverTime: timeSchema,
  /** `pending`: contact is answered with `DEVICE_PENDING` until an administrator has approved the device. */
  state: z.enum(['pending', 'active']),
});

/** What the agent calls. Every call but enrolment carries `Authorization: Bearer DEVICE-PROOF`, see docs/device-proof.md. */
export const endpointRoutes = {
  enrolDevice: defineRoute({
    id: 'enrolDevice',
    method: 'POST',
    path: '/api/v1/endpoint/enrol',
    tag,
    summary: 'Become a device of this instance',
    access: { kind: 'public' },
    body: z.strictObject({ token: z.string().min(1).max(200), ...enrolmentShape }),
    status: 201,
    response: enrolmentAnswerSchema,
  }),
  enrolDeviceBySignIn: defineRoute({
    id: 'enrolDeviceBySignIn',
    method: 'POST',
    path: '/api/v1/endpoint/enrol-by-sign-in',
    tag,
    summary: 'Become a device of this instance by the sign-in of a person, where the settings allow it',
    access: { kind: 'public' },
    body: z.strictObject({
      userName: z.string().min(1).max(104),
      password: z.string().min(1).max(256),
      ...enrolmentShape,
    }),
    status: 201,
    response: enrolmentAnswerSchema,
  }),
  rotateDeviceKeys: defineRoute({
    id: 'rotateDeviceKeys',
    method: 'POST',
    path: '/api/v1/endpoint/rotate-keys',
    tag,
    summary:
      'Replace the keys of this device; the old ones count until the first call that the new key has signed',
    access: { kind: 'device' },
    body: z.strictObject({ signingKey: signingKeySchema, sealingKey: sealingKeySchema }),
    status: 200,
    response: z.object({ deviceId: idSchema('device') }),
  }),
  signInAtDevice: defineRoute({
    id: 'signInAtDevice',
    method: 'POST',
    path: '/api/v1/endpoint/sign-in',
    tag,
    summary: 'Sign a person in at this device; the grant lets the device fetch their leases',
    access: { kind: 'device' },
    body: z.strictObject({ userName: z.string().min(1).max(104), password: z.string().min(1).max(256) }),
    status: 201,
    response: z.object({
      userId: idSchema('user'),
      userName: userNameSchema,
      displayName: displayNameSchema,
      /** Secret of this user on this device; kept by the agent, sent with every sync. */
      userGrant: z.string(),
    }),
  }),
  syncDevice: defineRoute({
    id: 'syncDevice',
    method: 'POST',
    path: '/api/v1/endpoint/sync',
    tag,
    summary: 'Report state; get leases for everybody signed in here',
    access: { kind: 'device' },
    body: z.strictObject({
      userGrants: z.array(z.string().max(500)).max(1000),
      inventory: inventorySchema,
      workspaces: z.array(workspaceStatusSchema).max(1000),
      /** How actions of earlier answers went; told until an answer has come. */
      finishedActions: z
        .array(
          z.strictObject({
            id: idSchema('device-action'),
            outcome: z.enum(['done', 'failed']),
            code: z.string().max(60).optional(),
          }),
        )
        .max(100)
        .default([]),
    }),
    status: 200,
    response: z.object({
      serverTime: timeSchema,
      intervals: intervalsSchema,
      /** Take the place of those the device had, before the leases of this answer are verified. */
      leaseKeys: leaseKeySetSchema,
      /** One answer a grant sent, in the same order. A refused grant is forgotten and its workspaces are stopped. */
      users: z.array(
        z.discriminatedUnion('outcome', [
          z.object({
            outcome: z.literal('granted'),
            userId: idSchema('user'),
            leases: z.array(z.string()),
            /** Workspaces the device reported for this user that were taken from them. Others without lease only wait. */
            withdrawn: z
              .array(
                z.object({
                  workspaceId: idSchema('workspace'),
                  /** `disabled`: denied by an assignment; `unassigned`: no assignment is left. */
                  reason: z.enum(['disabled', 'expired', 'unassigned']),
                }),
              )
              .default([]),
          }),
          z.object({
            outcome: z.literal('refused'),
            code: z.string(),
            /** `signed-out`: the grant is not known any more, as after a later sign-in at the same device. */
            reason: z.enum(['disabled', 'revoked', 'signed-out']).default('signed-out'),
          }),
        ]),
      ),
      /**
       * What the device is to do, oldest first. An action comes with every answer until the device has told how it
       * went; it does each id once. `wipe` comes alone.
       */
      actions: z
        .array(
          z.object({
            id: idSchema('device-action'),
            kind: deviceActionKindSchema,
            workspaceId: idSchema('workspace').nullable(),
            userId: idSchema('user').nullable(),
          }),
        )
        .default([]),
      /** Bearer token for the built-in repository, valid for a few hours. */
      repositoryToken: z.string(),
    }),
  }),
  sendEvents: defineRoute({
    id: 'sendEvents',
    method: 'POST',
    path: '/api/v1/endpoint/events',
    tag,
    summary: 'Deliver events in order; those up to acknowledgedSequence are committed and may be forgotten',
    access: { kind: 'device' },
    body: z.strictObject({ events: z.array(deviceEventSchema).min(1).max(500) }),
    status: 200,
    response: z.object({ acknowledgedSequence: z.int().min(0) }),
  }),
};
