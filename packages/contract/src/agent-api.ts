import { z } from 'zod';
import { workspaceStatusSchema } from './resources/device.ts';
import { idSchema, timeSchema, userNameSchema } from './resources/primitives.ts';
import { deviceSignInPendingSchema } from './resources/sign-in-provider.ts';
import { singleSignOnRoutes } from './routes/single-sign-on-routes.ts';

/**
 * The agent's own interface: HTTP/1.1 with JSON over the unix socket `DATA/agent.sock`, for people at this computer.
 * Paths below; errors are problem documents as on the server.
 */
export const agentPaths = {
  /** GET → {@link agentStatusSchema} */
  status: '/v1/status',
  /** POST {@link agentSignInSchema} → {@link agentStatusSchema} */
  signIn: '/v1/sign-in',
  /** GET → {@link agentSignInOptionsSchema}; asks the server. */
  signInOptions: '/v1/sign-in/options',
  /** POST {@link agentBeginSignInSchema} → `deviceSignInSchema` */
  beginSignIn: '/v1/sign-in/code',
  /** POST {@link agentFinishSignInSchema} → {@link agentSignInAnswerSchema} */
  finishSignIn: '/v1/sign-in/code/finish',
  /** POST {@link workspaceActionSchema} → 202 {@link operationSchema} */
  actions: '/v1/actions',
  /** GET `/v1/operations/{id}?waitMs=` → {@link operationSchema}; answers early when something changed. */
  operations: '/v1/operations',
  /** POST → {@link agentStatusSchema}; makes contact with the server now. */
  sync: '/v1/sync',
  /** POST {@link agentTransfersSchema} → {@link agentStatusSchema} */
  transfers: '/v1/transfers',
} as const;

export const agentSignInSchema = z.strictObject({
  userName: z.string().min(1).max(104),
  password: z.string().min(1).max(256),
});

export const agentSignInOptionsSchema = singleSignOnRoutes.listSignInOptions.response;
export const agentBeginSignInSchema = singleSignOnRoutes.beginSignInAtDevice.body;
export const agentFinishSignInSchema = singleSignOnRoutes.finishSignInAtDevice.body;

/** The grant stays with the agent. */
export const agentSignInAnswerSchema = z.discriminatedUnion('outcome', [
  deviceSignInPendingSchema,
  z.object({ outcome: z.literal('signed-in'), userName: userNameSchema }),
]);

/** Whether transfers that nobody waits for are held; kept over restarts. */
export const agentTransfersSchema = z.strictObject({ isPaused: z.boolean() });

export const workspaceActionSchema = z.strictObject({
  action: z.enum(['start', 'stop', 'restart', 'lock', 'unlock', 'pull', 'reset', 'update', 'go-back']),
  /** Name or id of the workspace. */
  workspace: z.string().min(1),
  /** Whose, when several people of this computer have it. */
  userName: z.string().optional(),
  /** Stop without waiting for the guest. */
  force: z.boolean().default(false),
  /** Start: on the version it stands on, putting an update off. */
  isVersionKept: z.boolean().default(false),
  /** Update: that the disk of a persistent workspace is put aside was understood. */
  isConfirmed: z.boolean().default(false),
  /** Unlock: the password of the person whose workspace it is. */
  password: z.string().min(1).max(256).optional(),
  /** Pull: an OCI layout on this computer, such as a medium brought along; absolute. */
  from: z.string().startsWith('/').max(4096).optional(),
});

/** A long action of the agent. */
export const operationSchema = z.object({
  id: z.string(),
  action: workspaceActionSchema.shape.action,
  state: z.enum(['running', 'succeeded', 'failed']),
  phase: z.string(),
  status: workspaceStatusSchema.nullable(),
  error: z
    .object({ code: z.string(), message: z.string(), remedy: z.string(), exitCode: z.int() })
    .nullable(),
});
export type Operation = z.infer<typeof operationSchema>;

/** Who or what locked a workspace. */
export const lockReasonSchema = z.enum(['person', 'administrator', 'suspend']);
export type LockReason = z.infer<typeof lockReasonSchema>;

/** The end of a permission that people at the computer are told of. */
export const permissionLimitSchema = z.object({
  /** What a start will be refused with after it. */
  code: z.string(),
  at: timeSchema,
  remainingSeconds: z.int().min(0),
});
export type PermissionLimit = z.infer<typeof permissionLimitSchema>;

export const agentStatusSchema = z.object({
  agentVersion: z.string(),
  pid: z.int(),
  /** `null` before enrolment. */
  enrolment: z
    .object({ deviceId: idSchema('device'), server: z.string(), instanceId: z.string() })
    .nullable(),
  /** The last contact succeeded. */
  isOnline: z.boolean(),
  /** Why the last contact came to nothing, such as a device that waits for approval. */
  contactProblem: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  lastContactAt: timeSchema.nullable(),
  /** Events recorded here and not yet acknowledged by the server. */
  queuedEvents: z.int().min(0),
  /** Sequence of the newest event recorded. */
  lastEventSequence: z.int().min(0),
  transfers: z.object({ isPaused: z.boolean() }),
  /** The index of the computer's own files, from which blocks of images are taken. */
  hostFiles: z.object({
    /** `off`: no permission here allows it. */
    state: z.enum(['off', 'waiting', 'running']),
    files: z.int().min(0),
    fileBytes: z.int().min(0),
    indexBytes: z.int().min(0),
    refreshedAt: timeSchema.nullable(),
  }),
  /** Computers of this network segment that give each other data of images. Counted since it was switched on. */
  officePeers: z.object({
    /** `off`: no permission here wants it. */
    state: z.enum(['off', 'on']),
    /** Where data is given out, as ADDRESS:PORT. */
    addresses: z.array(z.string()),
    peersSeen: z.int().min(0),
    /** Addresses that are not asked for a while, as they gave wrong data. */
    peersBanned: z.int().min(0),
    /** Kept for peers. */
    storeBytes: z.int().min(0),
    receivedBytes: z.int().min(0),
    sentBytes: z.int().min(0),
  }),
  signedIn: z.array(z.object({ userId: idSchema('user'), userName: z.string() })),
  workspaces: z.array(
    workspaceStatusSchema.extend({
      /** Whom to ask, as the workspace's policy says; empty when it names nobody. */
      supportContact: z.string(),
      /** A limit of the permission is near: which, and when by trusted time; `null` when none is. */
      warning: permissionLimitSchema.nullable(),
      /** The permission ended and the guest will be stopped: why, and when by trusted time. */
      countdown: permissionLimitSchema.nullable(),
      /** Why the workspace is locked; `null` when it is not. */
      lockReason: lockReasonSchema.nullable(),
    }),
  ),
});
export type AgentStatus = z.infer<typeof agentStatusSchema>;
